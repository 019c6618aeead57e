import { CtoError } from '../../errors.js'

/** A part of a table's rows, as COPY text. */
export interface Piece {
  text: Buffer
  rows: number
}

/** A piece ends with the first row past this. */
const pieceBytes = 4 * 2 ** 20

/** Of its text. A piece that is larger is damage, so that a reader needs no more memory than this. */
export const largestPiece = 128 * 2 ** 20

const newline = 0x0a
const tab = 0x09

/**
 * Divides COPY text at the ends of rows: a newline within a value is escaped. No rows are one empty piece.
 *
 * @throws CtoError UNEXPECTED for a row that no piece can hold
 */
export async function* piecesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Piece> {
  let waiting: Uint8Array[] = []
  let length = 0
  let pieces = 0
  /** Bytes among which the end was looked for. */
  let searched = 0
  for await (const chunk of chunks) {
    waiting.push(chunk)
    length += chunk.length
    while (length > pieceBytes) {
      const end = chunkEnd(waiting, searched)
      requirePiece(end ?? length)
      searched = end === null ? length : 0
      if (end === null) break
      const all = Buffer.concat(waiting)
      pieces++
      yield piece(all.subarray(0, end))
      const rest = all.subarray(end)
      waiting = rest.length > 0 ? [rest] : []
      length = rest.length
    }
  }
  if (length > 0 || pieces === 0) yield piece(Buffer.concat(waiting))
}

/** Where the first row ends that reaches past the limit; null where it has not come yet. */
function chunkEnd(chunks: readonly Uint8Array[], searched: number): number | null {
  const from = Math.max(pieceBytes - 1, searched)
  let start = 0
  for (const chunk of chunks) {
    const found = chunk.indexOf(newline, Math.max(0, from - start))
    if (found >= 0) return start + found + 1
    start += chunk.length
  }
  return null
}

function requirePiece(bytes: number): void {
  if (bytes <= largestPiece) return
  throw new CtoError(
    'UNEXPECTED',
    `a row of more than ${(largestPiece - pieceBytes) / 2 ** 20} MB cannot be archived`,
    {
      hint: 'pg_dump copies it; see docs/operations.md',
    },
  )
}

function piece(text: Buffer): Piece {
  return { text, rows: countRows(text) }
}

/** Columns of the first row of COPY text: a tab within a value is escaped. */
export function countColumns(text: Uint8Array): number {
  const end = text.indexOf(newline)
  const row = end < 0 ? text : text.subarray(0, end)
  return 1 + countOf(tab, row)
}

/** Rows of COPY text that ends with a row. */
export function countRows(text: Uint8Array): number {
  return countOf(newline, text)
}

function countOf(byte: number, text: Uint8Array): number {
  let count = 0
  for (let at = text.indexOf(byte); at >= 0; at = text.indexOf(byte, at + 1)) count++
  return count
}
