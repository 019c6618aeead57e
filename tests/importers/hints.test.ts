import { expect, test } from 'vitest'
import { severities, statuses } from '../../src/domain/bug.js'
import { describeGroup } from '../../src/importers/validate/problems.js'
import { importText } from '../helpers/csv-import.js'
import { lines } from '../helpers/lines.js'

async function hintsOf(...rows: string[]): Promise<string[]> {
  const { run } = await importText('bugs', lines(...rows), { from: 'generic', maxErrors: { percent: 100 } })
  return run.tally.problems.groups.map(describeGroup).map((group) => group.replace(/^.* → /, ''))
}

test.each([
  ['severity', 'Unbreak Now!', `--map 'severity.Unbreak Now!=critical'`],
  ['severity', 'Severity 1', '--map "severity.Severity 1=critical"'],
  ['severity', '1', '--map "severity.1=critical"'],
  ['severity', '1.0', '--map "severity.1.0=critical"'],
  ['severity', '5 Later', '--map "severity.5 Later=low"'],
  ['severity', 'Severity 4', '--map "severity.Severity 4=low"'],
  ['isBlocker', 'igen', '--map "isBlocker.igen=ANSWER" (ANSWER: yes, no)'],
  ['severity', 'critcal', '--map "severity.critcal=critical"'],
  ['severity', 'Hihg', '--map "severity.Hihg=high"'],
  ['status', 'in progess', '--map "status.in progess=in_progress"'],
  ['status', 'Clsoed', '--map "status.Clsoed=closed"'],
  ['status', 'staged', `--map "status.staged=STATUS" (STATUS: ${statuses.join(', ')})`],
  ['severity', 'P9', `--map "severity.P9=SEVERITY" (SEVERITY: ${severities.join(', ')})`],
  ['severity', 'odd', '--map "severity.odd=SEVERITY" (SEVERITY: critical, high, medium, low)'],
  ['status', "Can't Reproduce", '--map "status.Can\'t Reproduce=closed"'],
])(
  'the flag for an unknown %s "%s" is quoted for a shell, with a likely value',
  async (field, word, flag) => {
    expect(await hintsOf(`ID,Title,${field}`, `1,a,${word}`)).toEqual([flag])
  },
)

test('a misspelled word is a problem that names the known word, and is never mapped by itself', async () => {
  const rows = lines('ID,Title,Severity,Status', '1,a,critcal,Open', '2,b,low,In Reveiw')
  const { run, records } = await importText('bugs', rows, { maxErrors: { percent: 100 } })
  expect(records).toEqual([])
  expect(run.tally.problems.groups.map(describeGroup)).toEqual([
    'E_ENUM severity "critcal" (did you mean "critical"?) 1×, first record 1 → --map "severity.critcal=critical"',
    'E_ENUM status "In Reveiw" (did you mean "In Review"?) 1×, first record 2 → --map "status.In Reveiw=in_progress"',
  ])
})

test('empty cells beyond the last column are accepted with --pad, which the problem names', async () => {
  const rows = ['ID,Title,Status', '1,a,Open,', '2,b,Open,,', '3,c,Open,x']
  expect(await hintsOf(...rows)).toEqual(['--pad', 'E_LONG (4 cells for 3 columns) 1×, first record 3'])
  const { records } = await importText('bugs', lines(...rows), { pad: true, maxErrors: { percent: 100 } })
  expect(records.map(({ externalId }) => externalId)).toEqual(['1', '2'])
})

test('a zero-width space in a word is ignored', async () => {
  expect(await hintsOf('ID,Title,Status', '1,a,Open\u200b')).toEqual([])
})

test('the flag for an abbreviation of several zones is a zone that has it', async () => {
  const header = 'ID,Title,Created'
  expect(await hintsOf(header, '1,a,2026-01-01 10:00 BST')).toEqual([
    '--tz Europe/London, if BST is the time there',
  ])
  expect(await hintsOf(header, '1,a,2026-01-01 10:00 GMT', '2,b,2025-07-01 10:00 IST')).toEqual([
    '--tz Asia/Kolkata, if IST is the time there',
  ])
})

test('a word for yes or no can be mapped', async () => {
  const text = lines('ID,Title,isBlocker', '1,a,igen', '2,b,nem')
  const map = ['isBlocker.igen=yes', 'isBlocker.nem=no']
  const { records } = await importText('bugs', text, { from: 'generic', map })
  expect(records.map(({ isBlocker }) => isBlocker)).toEqual([true, false])
})

test('values of one column that are wrong for different reasons are groups of their own', async () => {
  const text = lines('ID,Title,revenueImpact', '1,a,-5', '2,b,1e3', '#REF!,c,', '1.2E+15,d,', '3,e,x')
  const { run } = await importText('bugs', text, { maxErrors: { percent: 100 } })
  expect(
    run.tally.problems.groups.map(({ problem, count }) => [problem.value, problem.reason, count]),
  ).toEqual([
    ['1e3', 'not a number', 2],
    ['-5', 'below zero', 1],
    ['#REF!', 'an error of a spreadsheet identifies no record', 1],
    ['1.2E+15', 'a spreadsheet has rounded this number', 1],
  ])
})

test('a name before a date has no format that --date-format could name', async () => {
  const hints = await hintsOf(
    'ID,Title,Created',
    '1,a,"Ann Lee Mar 1, 2024 9:15 AM"',
    '2,b,"Bo Kim Mar 2, 2024 9:15 AM"',
  )
  expect(hints).toEqual(['export dates with day, month and year, or --ignore "Created"'])
})

test.each([['severity.1.0=low'], ['severity.1=low']])('--map %s is the answer for 1.0', async (answer) => {
  const text = lines('ID,Title,Severity,Status', '1,a,1.0,Open')
  const { records } = await importText('bugs', text, { map: [answer] })
  expect(records).toMatchObject([{ severity: 'low' }])
})
