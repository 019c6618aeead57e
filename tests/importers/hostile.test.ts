import { expect, test } from 'vitest'
import { CtoError } from '../../src/errors.js'
import { importText } from '../helpers/csv-import.js'
import { lines } from '../helpers/lines.js'

const header = 'Issue key,Summary,Description'

test('a cell of 200 KB is imported whole', async () => {
  const long = 'word, "quoted" '.repeat(14_000)
  const { records } = await importText('bugs', lines(header, `A-1,Long,"${long.replaceAll('"', '""')}"`))
  expect(records[0]?.description).toBe(long.trim())
})

test('many such cells are imported in small batches', async () => {
  const rows = Array.from({ length: 60 }, (_, n) => `A-${n},Long,"${'x'.repeat(200_000)}"`)
  const { batchSizes, records } = await importText('bugs', lines(header, ...rows))
  expect(records).toHaveLength(60)
  expect(Math.max(...batchSizes)).toBe(15)
})

test('a cell that never ends is rejected without being copied at every step', async () => {
  const endless = Buffer.from(`${header}\nA-1,Long,"${'line\n'.repeat(4_000_000)}`)
  const startedAt = process.cpuUsage()
  await expect(importText('bugs', endless)).rejects.toThrow('the record on line 2 has no end')
  expect(process.cpuUsage(startedAt).user / 1000).toBeLessThan(2000)
})

test('a cell of 1,700 lines is one cell, and the following line numbers are right', async () => {
  const text = 'line\n'.repeat(1699) + 'end'
  const { records, run } = await importText(
    'bugs',
    lines(header, `A-1,Long,"${text}"`, 'A-2,', 'A-3,Next,x'),
    {
      maxErrors: { percent: 100 },
    },
  )
  expect(records.map(({ description }) => description?.split('\n').length)).toEqual([1700, 1])
  expect(run.tally.rejected).toBe(1)
})

test('of 2,300 columns the known ones are read', async () => {
  const more = Array.from({ length: 2297 }, (_, at) => `Custom field (${at})`)
  const row = ['A-1', 'Checkout', 'x', ...more.map((_, at) => String(at))]
  const { records, plan } = await importText('bugs', lines([header, ...more].join(','), row.join(',')))
  expect(records).toMatchObject([{ externalId: 'A-1', title: 'Checkout', description: 'x' }])
  expect(plan.table.columns).toHaveLength(2300)
})

test('80 columns of one name are accepted', async () => {
  const comments = Array.from({ length: 80 }, () => 'Comment')
  const { records, plan } = await importText(
    'bugs',
    lines([header, ...comments].join(','), ['A-1', 'Checkout', 'x', ...comments].join(',')),
  )
  expect([records.length, plan.table.columns.length]).toEqual([1, 83])
})

test.each([
  ['a header of spaces', `Issue key,Summary,${' '.repeat(400_000)}x\nA-1,a,b\nA-2,c,d\n`],
  ['quotes in every line of the beginning', `Issue key,"Summary,Status\n`.repeat(20_000)],
  ['an apostrophe that is never closed', `'Issue key','Summary'\n'A-1','${"it's ".repeat(800_000)}\n`],
  ['commas and spaces', `a, "b, ${', '.repeat(60_000)}\n`],
  ['a header of quotes', `Issue key,Summary,${'"'.repeat(400_001)}\nA-1,a,b\n`],
])('%s is read or refused in linear time', async (_, text) => {
  const startedAt = process.cpuUsage()
  await importText('bugs', text, { maxErrors: { percent: 100 } }).catch((error: unknown) => {
    if (!(error instanceof CtoError)) throw error
  })
  expect(process.cpuUsage(startedAt).user / 1000).toBeLessThan(3000)
})
