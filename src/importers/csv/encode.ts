import type { Encoding } from './encoding.js'

/** Encodes text in the encoding of its file, so that a cell is written with the bytes it was read from. */
export function encoder({ label }: Encoding): (text: string) => Buffer {
  if (label === 'utf-16le') return (text) => Buffer.from(text, 'utf16le')
  if (label === 'utf-16be') return (text) => Buffer.from(text, 'utf16le').swap16()
  const bytes = label === 'utf-8' ? null : singleByteTable(label)
  if (bytes === null) return (text) => Buffer.from(text, 'utf8')
  const unknown = '?'.charCodeAt(0)
  return (text) => Buffer.from(Array.from(text, (character) => bytes.get(character) ?? unknown))
}

/** Null for encodings with characters of several bytes, which are written as UTF-8. */
function singleByteTable(label: string): ReadonlyMap<string, number> | null {
  // Node 20 reads windows-1252 as latin1 unless it streams (0x92 → U+0092, not ’).
  const decoder = new TextDecoder(label)
  const characterOf = (byte: number): string => decoder.decode(Uint8Array.of(byte), { stream: true })
  const all = Array.from({ length: 256 }, (_, byte) => [characterOf(byte), byte] as const)
  const table = new Map(all.filter(([character]) => character.length === 1 && character !== '\ufffd'))
  return table.size > 200 ? table : null
}

const byteOrderMark = '\ufeff'

/** The byte order mark of the file, if it had one. */
export function startOfFile({ bomBytes }: Encoding): string {
  return bomBytes > 0 ? byteOrderMark : ''
}
