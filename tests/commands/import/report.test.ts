import { expect, test } from 'vitest'
import { closedMonthsRemarks } from '../../../src/commands/import/closed-months.js'
import { sumOf } from '../../../src/commands/import/report.js'

const nothing = { created: 0, updated: 0, unchanged: 0, rejected: 0, skipped: 0, duplicates: 0 }

test('the sum of an import uses the singular, leaves out zeros and keeps to 80 columns', () => {
  const words = ['record', 'records'] as const
  expect(sumOf({ records: 1, ...nothing, duplicates: 1 }, words)).toBe('1 record = 0 created + 1 duplicate')
  const million = 1_000_000
  const all = {
    created: million,
    updated: million,
    unchanged: million,
    rejected: 1,
    skipped: 2,
    duplicates: 2,
  }
  expect(sumOf({ records: 3 * million + 5, ...all }, words)).toBe(
    '3,000,005 records = 1,000,000 created + 1,000,000 updated + 1,000,000 unchanged\n' +
      '+ 1 rejected + 2 skipped + 2 duplicates',
  )
})

test('the advice about closed months stores all of them again, and a dry run announces it', () => {
  const effects = { closedMonths: ['2026-08-01', '2026-10-01'] }
  expect(closedMonthsRemarks(effects, { dryRun: false })).toEqual([
    'this import changed bugs of closed months; the stored figures of 2026-08, 2026-10 stay as they were' +
      ' → cto metrics snapshot --month 2026-08 --month 2026-10 --rewrite',
  ])
  expect(closedMonthsRemarks(effects, { dryRun: true })).toEqual([
    'this import would change bugs of closed months; the stored figures of 2026-08, 2026-10 would stay as they are',
  ])
  const year = Array.from({ length: 12 }, (_, month) => `2025-${String(month + 1).padStart(2, '0')}-01`)
  expect(closedMonthsRemarks({ closedMonths: year }, { dryRun: false })).toEqual([
    'this import changed bugs of closed months; the stored figures of 2025-01..2025-12 stay as they were' +
      ' → cto metrics snapshot --month 2025-01..2025-12 --rewrite',
  ])
  expect(closedMonthsRemarks({ closedMonths: [] }, { dryRun: false })).toEqual([])
})
