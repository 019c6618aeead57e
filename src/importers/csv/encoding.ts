import { isAscii, isUtf8 } from 'node:buffer'

import { UsageError } from '../../errors.js'
import { likelyEncoding } from './encoding-guess.js'

export interface Encoding {
  /** A label of TextDecoder: `utf-8`, `utf-16le`, `windows-1252`, … */
  label: string
  /** Length of the byte order mark, which is not part of the text. */
  bomBytes: number
}

/** Bytes that are invalid in the encoding. They are never replaced: the reader of records reports the record. */
export class UndecodableError extends Error {
  readonly offset: number
  readonly label: string
  /** The encoding that the bytes are likely in. */
  readonly likely: string

  constructor(offset: number, label: string, likely = 'windows-1252') {
    super(`byte ${offset} is not ${label}`)
    this.offset = offset
    this.label = label
    this.likely = likely
  }
}

const byteOrderMarks: readonly { label: string; bytes: Buffer }[] = [
  { label: 'utf-8', bytes: Buffer.from([0xef, 0xbb, 0xbf]) },
  { label: 'utf-16le', bytes: Buffer.from([0xff, 0xfe]) },
  { label: 'utf-16be', bytes: Buffer.from([0xfe, 0xff]) },
]

/** The byte order mark decides, then `--encoding`, then UTF-8. Throws USAGE for an unknown name. */
export function detectEncoding(head: Buffer, forced?: string): Encoding {
  const label = forced === undefined ? undefined : requireLabel(forced)
  const mark = byteOrderMarks.find(({ bytes }) => head.subarray(0, bytes.length).equals(bytes))
  if (mark !== undefined && (label === undefined || label === mark.label)) {
    return { label: mark.label, bomBytes: mark.bytes.length }
  }
  return { label: label ?? 'utf-8', bomBytes: 0 }
}

/** Decodes bytes. Yields all valid text before it throws UndecodableError. */
export async function* decode(chunks: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<string> {
  const body = withoutMark(chunks, encoding.bomBytes)
  yield* encoding.label === 'utf-8' ? decodeUtf8(body, encoding.bomBytes) : decodeOther(body, encoding)
}

async function* withoutMark(chunks: AsyncIterable<Buffer>, bomBytes: number): AsyncGenerator<Buffer> {
  let toSkip = bomBytes
  for await (const chunk of chunks) {
    const skipped = Math.min(toSkip, chunk.length)
    toSkip -= skipped
    yield chunk.subarray(skipped)
  }
}

/** isUtf8 and toString run at memory speed; TextDecoder in streaming mode does not, and reports no offset. */
async function* decodeUtf8(chunks: AsyncIterable<Buffer>, firstOffset: number): AsyncGenerator<string> {
  let offset = firstOffset
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const whole = wholeCharacters(bytes)
    yield* soundUtf8(bytes.subarray(0, whole), offset)
    offset += whole
    rest = bytes.subarray(whole)
  }
  yield* soundUtf8(rest, offset)
}

function* soundUtf8(bytes: Buffer, offset: number): Generator<string> {
  if (isUtf8(bytes)) {
    yield bytes.toString('utf8')
    return
  }
  const bad = firstBadByte(bytes)
  yield bytes.toString('utf8', 0, bad)
  const line = bytes.lastIndexOf(10, bad) + 1
  // Characters of UTF-8 before it show that it is a damaged one.
  const likely = isAscii(bytes.subarray(line, bad)) ? likelyEncoding(bytes.subarray(line)) : undefined
  throw new UndecodableError(offset + bad, 'utf-8', likely)
}

/** The length up to the end of the last whole character; a character has at most four bytes. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) break
    if (byte < 0xc0) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return length > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

const replacement = Buffer.from('\ufffd')

/** The offset of the first replacement character in the decoded text that is not in the bytes themselves. */
function firstBadByte(bytes: Buffer): number {
  const text = bytes.toString('utf8')
  for (let at = text.indexOf('\ufffd'); at !== -1; at = text.indexOf('\ufffd', at + 1)) {
    const offset = Buffer.byteLength(text.slice(0, at))
    if (!bytes.subarray(offset, offset + replacement.length).equals(replacement)) return offset
  }
  return bytes.length
}

async function* decodeOther(
  chunks: AsyncIterable<Buffer>,
  { label, bomBytes }: Encoding,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true })
  let offset = bomBytes
  for await (const chunk of chunks) {
    yield attempt(() => decoder.decode(chunk, { stream: true }), offset, label)
    offset += chunk.length
  }
  yield attempt(() => decoder.decode(), offset, label)
}

/** The decoder reports no byte, so the offset is that of the chunk. */
function attempt(read: () => string, offset: number, label: string): string {
  try {
    return read()
  } catch {
    throw new UndecodableError(offset, label)
  }
}

function requireLabel(name: string): string {
  try {
    return new TextDecoder(name).encoding
  } catch (cause) {
    throw new UsageError(`no encoding "${name}"`, {
      hint: 'for instance --encoding windows-1252, iso-8859-15, utf-16le or shift_jis',
      cause,
    })
  }
}
