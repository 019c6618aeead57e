import { describe, expect, test } from 'vitest'
import { describeGroup } from '../../src/importers/validate/problems.js'
import { importText } from '../helpers/csv-import.js'
import { lines } from '../helpers/lines.js'

const all = { maxErrors: { percent: 100 } }

describe('whole numbers', () => {
  const header = 'name;stars;forks;complexity;arr'

  test('may have groups and an empty fraction', async () => {
    const rows = ['a;1,204;3.0;2.00;1,000.50', "b;1'204'000;0;5;2.5"]
    const { records } = await importText('projects', lines(header, ...rows), all)
    expect(records.map(({ stars, forks, complexity }) => [stars, forks, complexity])).toEqual([
      [1204, 3, 2],
      [1_204_000, 0, 5],
    ])
  })

  test('follow the decimal commas of the file', async () => {
    const { records } = await importText('projects', lines(header, 'a;1.204;3,0;2;1.000,50'), all)
    expect(records).toMatchObject([{ stars: 1204, forks: 3, complexity: 2, arr: '1000.50' }])
  })

  test('are rejected with a fraction, and out of range', async () => {
    const rows = ['a;1.5;0;2;', 'b;0;0;6;', 'c;-1;0;2;', 'd;1.204;0;2;']
    const { run } = await importText('projects', lines(header, ...rows), all)
    expect(run.tally.problems.groups.map(describeGroup)).toEqual([
      'E_NUMBER stars "1.5" (not a whole number) 2×, first record 1',
      'E_NUMBER complexity "6" (not a whole number from 1 to 5) 1×, first record 2',
      'E_NUMBER stars "1.204" (not a whole number) 1×, first record 4 → --locale de, if numbers are written 1.234,50',
    ])
  })
})

test.each([
  ['PT8H', '8.00'],
  ['P1DT2H30M', '10.50'],
  ['P1W', '40.00'],
  ['8:30:00', '8.50'],
])('a duration of %s is %s hours', async (text, hours) => {
  const { records } = await importText('bugs', lines('ID,Title,Estimated time', `1,a,${text}`))
  expect(records).toMatchObject([{ estimatedHours: hours }])
})

describe('severities with a number', () => {
  test.each([
    ['SEV-3', 'medium'],
    ['Sev 4', 'low'],
    ['🔴 High', 'high'],
    ['Critical ⚠️️', 'critical'],
    ['3 - Moderate', 'medium'],
  ])('%s is %s', async (word, severity) => {
    const { records } = await importText('bugs', lines('ID,Title,Severity', `1,a,${word}`))
    expect(records).toMatchObject([{ severity }])
  })

  test('are not suggested to be those with another number', async () => {
    const { run } = await importText('bugs', lines('ID,Title,Severity', '1,a,Sev-6', '2,b,Level 3'), all)
    expect(run.tally.problems.groups.map(describeGroup)).toEqual([
      'E_ENUM severity "Sev-6" 1×, first record 1 → --map "severity.Sev-6=SEVERITY" (SEVERITY: critical, high, medium, low)',
      'E_ENUM severity "Level 3" 1×, first record 2 → --map "severity.Level 3=medium"',
    ])
  })
})

test.each([
  ['✅ Done', 'closed'],
  ['Not started', 'pending'],
  ['Complete', 'closed'],
  ['Solved', 'closed'],
])('a status of %s is %s', async (word, status) => {
  const { records } = await importText('bugs', lines('ID,Title,Status', `1,a,${word}`))
  expect(records).toMatchObject([{ status }])
})

describe('cells that are formulas', () => {
  test('are the texts that they show, in keys and values', async () => {
    const text = lines(
      'ID,Title,Severity,Created',
      '="00123",="Cart is empty","=""High""",2025-03-01',
      '"=""00124""",Typo,Low,2025-03-01',
      '"=HYPERLINK(""https://tracker.example/WEB-1"",""WEB-1"")",Slow,Low,2025-03-01',
    )
    const { records } = await importText('bugs', text)
    expect(records.map(({ externalId, title, severity }) => [externalId, title, severity])).toEqual([
      ['00123', 'Cart is empty', 'high'],
      ['00124', 'Typo', 'low'],
      ['WEB-1', 'Slow', 'low'],
    ])
  })
})

test.each([
  ['1 234,50 €', '1234.50'],
  ['1\u202f234,50', '1234.50'],
  ["CHF 1'234.50", '1234.50'],
])('a loss of %s per day is %s', async (text, revenueImpact) => {
  const { records } = await importText('bugs', lines('ID;Title;Cost per day', `1;a;${text}`))
  expect(records).toMatchObject([{ revenueImpact }])
})

test('marks and numbers are yes and no', async () => {
  const marks = ['✓', '✔️', '✅', '1.0', '✗', '❌', '0.0']
  const text = lines('ID,Title,Blocker', ...marks.map((mark, n) => `${n},a,${mark}`))
  const { records } = await importText('bugs', text)
  expect(records.map(({ isBlocker }) => isBlocker)).toEqual([true, true, true, true, false, false, false])
})

test('a table of Markdown, and the end of a file of DOS, have no record more', async () => {
  const text = lines('| ID | Title | Created |', '|----|:-----:|---|', '| 1 | a | 2025-03-01 |') + '\x1a'
  const { records, counts } = await importText('bugs', text)
  expect(records.map(({ externalId, title }) => [externalId, title])).toEqual([['1', 'a']])
  expect(counts).toMatchObject({ created: 1, rejected: 0, skipped: 2 })
})
