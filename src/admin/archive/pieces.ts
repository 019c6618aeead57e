/** A part of a table's rows, as COPY text. */
export interface Piece {
  text: Buffer
  rows: number
}

/** A piece ends with the first row past this. */
const pieceBytes = 4 * 2 ** 20

const newline = 0x0a

/** Divides COPY text at the ends of rows: a newline within a value is escaped. No rows are one empty piece. */
export async function* piecesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Piece> {
  let waiting: Uint8Array[] = []
  let length = 0
  let pieces = 0
  for await (const chunk of chunks) {
    waiting.push(chunk)
    length += chunk.length
    while (length > pieceBytes) {
      const end = chunkEnd(waiting, length)
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
function chunkEnd(chunks: readonly Uint8Array[], length: number): number | null {
  let start = 0
  for (const chunk of chunks) {
    const found = chunk.indexOf(newline, Math.max(0, pieceBytes - 1 - start))
    if (found >= 0 && start + found + 1 <= length) return start + found + 1
    start += chunk.length
  }
  return null
}

function piece(text: Buffer): Piece {
  return { text, rows: countRows(text) }
}

/** Rows of COPY text that ends with a row. */
export function countRows(text: Uint8Array): number {
  let rows = 0
  for (let at = text.indexOf(newline); at >= 0; at = text.indexOf(newline, at + 1)) rows++
  return rows
}
