import { expect, test } from 'vitest'
import { largestPiece, piecesOf } from '../../../src/admin/archive/pieces.js'
import { chunksOf, collect } from '../../helpers/archives.js'

const mib = 2 ** 20

test.each([1000, 65_536, 5 * mib, 100 * mib])(
  'a piece ends with the first row past 4 MiB, in chunks of %d',
  async (size) => {
    const rows = Array.from({ length: 30_000 }, (_, n) => `${n}\t${'x'.repeat(n % 700)}\n`)
    const long = `long\t${'y'.repeat(9 * mib)}\n`
    const text = Buffer.from([...rows, long, ...rows.slice(0, 10)].join(''))
    const pieces = await collect(piecesOf(chunksOf(text, size)))
    expect(Buffer.concat(pieces.map((piece) => piece.text)).equals(text)).toBe(true)
    expect(pieces.reduce((sum, piece) => sum + piece.rows, 0)).toBe(30_011)
    for (const piece of pieces.slice(0, -1)) {
      expect(piece.text.length).toBeGreaterThan(4 * mib)
      const withoutLast = piece.text.lastIndexOf('\n', piece.text.length - 2) + 1
      expect(withoutLast).toBeLessThanOrEqual(4 * mib)
      expect(piece.text.at(-1)).toBe(0x0a)
    }
  },
)

test('a table without rows is one empty piece', async () => {
  expect(await collect(piecesOf(chunksOf(Buffer.alloc(0), 10)))).toEqual([{ text: Buffer.alloc(0), rows: 0 }])
})

test('a row that no piece can hold is refused, before the archive is useless', async () => {
  const chunk = Buffer.alloc(8 * mib, 'x')
  const chunks = (async function* () {
    for (let sent = 0; sent <= largestPiece; sent += chunk.length) yield await Promise.resolve(chunk)
  })()
  await expect(collect(piecesOf(chunks))).rejects.toThrow('a row of more than 124 MB cannot be archived')
})
