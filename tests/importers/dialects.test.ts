import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readRows } from '../../src/importers/csv/rows.js'
import { takeSamples } from '../../src/importers/csv/samples.js'
import { openSource } from '../../src/importers/csv/source.js'
import { findTable } from '../../src/importers/csv/table.js'
import { importText, withFile } from '../helpers/csv-import.js'

const dialect = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  quoteAll: fc.boolean(),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  encoding: fc.constantFrom('utf8', 'utf8-bom', 'utf16le', 'utf16be'),
  lastLineEnd: fc.boolean(),
})

type Dialect = typeof dialect extends fc.Arbitrary<infer T> ? T : never

/** The parts of cells: words, and every character with a meaning in some dialect. */
const cell = fc
  .array(
    fc.constantFrom('a', 'Zoë', '漢', '😀', ' ', ',', ';', '\t', '|', '"', '\n', '\r\n', "'", '=', '0', '-'),
    {
      maxLength: 8,
    },
  )
  .map((parts) => parts.join(''))

/** Every record has a key of its own, so that none is empty or looks like a footer. */
const table = fc
  .integer({ min: 2, max: 6 })
  .chain((width) =>
    fc.array(fc.array(cell, { minLength: width - 1, maxLength: width - 1 }), { minLength: 3, maxLength: 12 }),
  )
  .map((rows) => rows.map((cells, index) => [`KEY-${index + 1}`, ...cells]))

function written(
  rows: readonly (readonly string[])[],
  { delimiter, quoteAll, lineEnd, encoding, lastLineEnd }: Dialect,
) {
  const special = new RegExp(`["\\r\\n${delimiter === '\t' ? '\\t' : `\\${delimiter}`}]|^\\s|\\s$`)
  const cellText = (text: string) =>
    quoteAll || special.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text
  const text =
    rows.map((cells) => cells.map(cellText).join(delimiter)).join(lineEnd) + (lastLineEnd ? lineEnd : '')
  if (encoding === 'utf16le') return Buffer.from(`\ufeff${text}`, 'utf16le')
  if (encoding === 'utf16be') return Buffer.from(`\ufeff${text}`, 'utf16le').swap16()
  return Buffer.from(encoding === 'utf8-bom' ? `\ufeff${text}` : text)
}

async function readBack(bytes: Buffer, { delimiter }: Dialect): Promise<string[][]> {
  return withFile(bytes, async (path) => {
    const source = await openSource(path, { stdin: (async function* () {})() })
    try {
      const { encoding, samples } = await takeSamples(source, undefined)
      const found = findTable(
        samples,
        { delimiter, quote: '"', headerless: false, skip: 0, footer: 0 },
        () => false,
      )
      const rows: string[][] = [[...found.columns]]
      for await (const batch of readRows(source, { encoding, table: found }).rows) {
        rows.push(...batch.map(({ cells }) => cells))
      }
      return rows
    } finally {
      await source.close()
    }
  })
}

it('any table written as CSV comes back cell by cell', async () => {
  await fc.assert(
    fc.asyncProperty(table, dialect, async (rows, how) => {
      // A lone CR ends records if the file has no LF; then cells cannot contain one.
      fc.pre(how.lineEnd !== '\r' || !rows.flat().some((text) => text.includes('\n')))
      const width = rows[0]?.length ?? 0
      const whole = [Array.from({ length: width }, (_, index) => `column ${index + 1}`), ...rows]
      expect(await readBack(written(whole, how), how)).toEqual(whole)
    }),
    { numRuns: 300 },
  )
})

it('every record is accounted for, whatever is broken in the file', async () => {
  const sound = [
    'Issue key,Summary,Status,Created',
    ...Array.from({ length: 30 }, (_, n) => `A-${n % 25},"Title ${n}, quoted",Open,2026-01-${10 + (n % 18)}`),
    '',
  ].join('\n')
  const damage = fc.record({
    at: fc.integer({ min: 33, max: sound.length }),
    remove: fc.integer({ min: 0, max: 40 }),
    insert: fc.constantFrom(
      '',
      '"',
      '""',
      '\n',
      '\r\n',
      ',',
      ',,,',
      '\0',
      '\n\n',
      'Total: 3\n',
      'é',
      '; ',
      '\t',
    ),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 6 }), async (damages) => {
      const text = damages.reduce(
        (all, { at, remove, insert }) => all.slice(0, at) + insert + all.slice(at + remove),
        sound,
      )
      const { counts } = await importText('bugs', text, {
        maxErrors: { percent: 100 },
        from: 'jira',
        dialect: { delimiter: ',', quote: '"' },
      })
      const { records, created, updated, unchanged, rejected, skipped, duplicates } = counts
      expect(created + updated + unchanged + rejected + skipped + duplicates).toBe(records)
    }),
    { numRuns: 200 },
  )
})
