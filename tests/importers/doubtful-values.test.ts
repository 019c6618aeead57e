import { describe, expect, test } from 'vitest'
import { describeGroup } from '../../src/importers/validate/problems.js'
import { importText } from '../helpers/csv-import.js'
import { lines } from '../helpers/lines.js'

describe('archived records', () => {
  test.each([
    [
      'trello',
      ['Card ID,Card Name,List Name,Archived', '1,a,To Do,true', '2,b,To Do,false', '3,c,Done,true'],
    ],
    [
      'shortcut',
      ['id,name,state,is_archived', '1,a,Unstarted,TRUE', '2,b,Unstarted,FALSE', '3,c,Completed,TRUE'],
    ],
    [
      'linear',
      ['ID,Title,Status,Archived At', '1,a,Todo,2026-01-31 10:00', '2,b,Todo,', '3,c,Done,2026-01-31'],
    ],
    ['generic', ['ID,Title,Status,archived', '1,a,Open,WAHR', '2,b,Open,FALSCH', '3,c,Done,WAHR']],
    ['generic', ['ID,Title,Status,Archived on', '1,a,Open,2026-01-31', '2,b,Open,', '3,c,Done,2026-01-31']],
  ])('of %s are deferred, unless they are resolved', async (from, rows) => {
    const { records, plan } = await importText('bugs', lines(...rows), { from })
    expect(records.map(({ status }) => status)).toEqual(['deferred', 'pending', 'closed'])
    expect(plan.mapping.unused).toEqual([])
  })
})

test('bugs without a creation date are counted, those of a file without the column are not', async () => {
  const text = lines('ID,Title,Created', '1,a,2026-01-31', '2,b,', '3,c,0001-01-01T00:00:00')
  expect((await importText('bugs', text)).run.tally.createdWithoutDate).toBe(2)
  expect((await importText('bugs', lines('ID,Title', '1,a'))).run.tally.createdWithoutDate).toBe(0)
})

describe('dates in the future', () => {
  const now = new Date('2026-03-02T09:00:00Z')

  test('beyond a day are rejected, in every column', async () => {
    const text = lines(
      'ID,Title,Status,Created,Updated,Resolved',
      '1,a,Open,2026-03-03 08:00,,',
      '2,b,Open,2026-03-03 10:00,,',
      '3,c,Open,2026-03-01 10:00,2099-03-01 10:00,',
      '4,d,Done,2026-03-01 10:00,,2027-03-01 10:00',
    )
    const { records, run } = await importText('bugs', text, { now, maxErrors: { percent: 100 } })
    expect(records.map(({ externalId }) => externalId)).toEqual(['1'])
    expect(run.tally.problems.groups.map(describeGroup)).toEqual([
      'E_DATE createdAt "2026-03-03 10:00" (is in the future) 1×, first record 2',
      'E_DATE updatedAt "2099-03-01 10:00" (is in the future) 1×, first record 3',
      'E_DATE resolvedAt "2027-03-01 10:00" (is in the future) 1×, first record 4',
    ])
  })

  test('are those of projects too', async () => {
    const text = lines('name,lastCommit', 'Shop,2026-03-01', 'Mail,2030-01-01')
    const { records } = await importText('projects', text, { now, maxErrors: { percent: 100 } })
    expect(records.map(({ name }) => name)).toEqual(['Shop'])
  })
})

describe('the guard that a product puts before a formula', () => {
  test.each([
    ['linear', 'ID,Title,Status', "'"],
    ['gitlab', 'Issue ID,Title,State', "'"],
    ['cto', 'bugNumber,title,status', "'"],
    ['maniphest', 'Monogram,Title,Status', '(!) '],
  ])('is taken off again: %s', async (from, header, guard) => {
    const titles = ['-v is ignored', '=SUM(A1)', '@ann cannot log in', '+1 from me', 'plain']
    const rows = titles.map((title, n) => `${n + 1},${n < 4 ? guard : ''}${title},Open`)
    const { records } = await importText('bugs', lines(header, ...rows), { from })
    expect(records.map(({ title }) => title)).toEqual(titles)
  })

  test('is no quotation mark, and other products have none', async () => {
    const quoted = await importText('bugs', lines('ID,Title,Status', "1,'-v' is ignored,Open"), {
      from: 'linear',
    })
    expect(quoted.records).toMatchObject([{ title: "'-v' is ignored" }])
    const jira = await importText('bugs', lines('Issue key,Summary,Status', "A-1,'-v is ignored,Open"), {
      from: 'jira',
    })
    expect(jira.records).toMatchObject([{ title: "'-v is ignored" }])
  })
})

test.each([['3 days ago'], ['vor 3 Tagen'], ['Yes']])('a column of %s holds no dates', async (text) => {
  const { run } = await importText('bugs', lines('ID,Title,Status,Created', `1,a,Open,${text}`), {
    maxErrors: { percent: 100 },
  })
  expect(run.tally.problems.groups.map(describeGroup)).toEqual([
    `E_DATE createdAt "${text}" (not a date) 1×, first record 1 → export dates with day, month and year, or --ignore "Created"`,
  ])
})

test.each([['#N/A'], ['nil'], ['undefined'], ['NaN'], ['(null)'], ['(blank)'], ['NaT'], ['<NA>']])(
  '%s is no value',
  async (none) => {
    const text = lines(
      'ID,Title,Status,Priority,Created,Closed,Hours,Assignee',
      `1,a,Open,${none},2026-03-01,${none},${none},${none}`,
    )
    const { records } = await importText('bugs', text)
    expect(records).toMatchObject([
      { severity: 'medium', resolvedAt: null, actualHours: null, assignee: null },
    ])
  },
)

test.each([
  ['2025-03-01 10:00', '2025-03-01', '2025-03-01T10:00:00.000Z'],
  ['01.03.2025 10:00', '01.03.2025', '2025-03-01T10:00:00.000Z'],
  ['2025-03-01 10:00', '2025-03-05', '2025-03-05T00:00:00.000Z'],
  ['2025-03-01 10:00', '2025-02-27', '2025-02-27T00:00:00.000Z'],
  ['2025-03-01 10:00', '2025-03-01 09:00', '2025-03-01T09:00:00.000Z'],
])('created %s and resolved %s is resolved at %s', async (created, resolved, expected) => {
  const text = lines('ID,Title,Status,Created,Resolved', `1,a,Done,${created},${resolved}`)
  const { records } = await importText('bugs', text)
  expect(records[0]?.resolvedAt?.toISOString()).toBe(expected)
})

test('an empty list of JSON has no labels', async () => {
  const { records } = await importText('bugs', lines('ID,Title,Labels', '1,a,{}', '2,b,[]'))
  expect(records.map(({ labels }) => labels)).toEqual([[], []])
})

test('decimals of whole numbers, as of a column with gaps, change no value', async () => {
  const header = 'ID,Work Item Type,Title,State,Priority,Created Date,Closed Date,Completed Work'
  const text = lines(
    header,
    '1.0,Bug,a,New,2.0,1709251200.0,,8.0',
    '2.0,Bug,b,Closed,1.0,1709337600.0,1709424000000.0,',
  )
  const { records } = await importText('bugs', text, { from: 'azure' })
  expect(records).toMatchObject([
    { externalId: '1', severity: 'high', createdAt: new Date('2024-03-01T00:00:00Z'), actualHours: '8.00' },
    { externalId: '2', severity: 'critical', resolvedAt: new Date('2024-03-03T00:00:00Z') },
  ])
})

test('invisible characters change no header and no word', async () => {
  const text = lines('ID\u200b,Title,\u200eStatus,Priority\u2069', '1,a,\u2068Done\u2069,\u202aHigh\u202c')
  const { records } = await importText('bugs', text)
  expect(records).toMatchObject([{ externalId: '1', status: 'closed', severity: 'high' }])
})

test('a word for a date that has not come is none', async () => {
  const text = lines(
    'ID,Title,Status,Resolved',
    '1,a,Done,02 Mar 2024',
    '2,b,Open,Unresolved',
    '3,c,Open,never',
  )
  const { records, counts } = await importText('bugs', text)
  expect(counts).toMatchObject({ created: 3, rejected: 0 })
  expect(records.map(({ resolvedAt }) => resolvedAt?.toISOString())).toEqual([
    '2024-03-02T00:00:00.000Z',
    undefined,
    undefined,
  ])
})

describe('a column with each value once, above empty cells, as merged cells are exported,', () => {
  const warningsOf = async (...statuses: string[]) => {
    const rows = statuses.map((status, at) => `${at},a,${status},High,2026-03-01`)
    const { plan } = await importText('bugs', lines('ID,Title,Status,Priority,Created', ...rows))
    return plan.warnings
  }

  test('is named', async () => {
    expect(await warningsOf('Open', '', '', 'Done', '')).toEqual([
      '"Status" has each value once, above empty cells: if cells were merged, fill them down before the import',
    ])
  })

  test.each([
    [['Open', '', 'Open', '', '']],
    [['', 'Open', '', 'Done', '']],
    [['Open', 'Done', '', 'New', '']],
    [['Open', '', '', '']],
    [['Open', 'Done', 'New']],
  ])('is not %j', async (statuses) => {
    expect(await warningsOf(...statuses)).toEqual([])
  })
})

test.each([
  [['7', '', 'see the wiki'], ['column 4 has no header, and its 2 values are not used → --map FIELD=#4']],
  [['0', '1', '2'], []],
  [['1', '2', '3'], []],
  [['', '', ''], []],
])(
  'a column without a header and with the values %j is named where they are lost',
  async (cells, warnings) => {
    const rows = cells.map((cell, at) => `${at},a,Open,${cell},High,2026-03-01`)
    const { plan } = await importText('bugs', lines('ID,Title,Status,,Priority,Created', ...rows))
    expect(plan.warnings).toEqual(warnings)
  },
)

test.each([['#REF!'], ['#NAME?'], ['########'], ['#BEZUG!']])('%s is no title', async (title) => {
  const { run } = await importText('bugs', lines('ID,Title,Status', `1,${title},Open`), {
    maxErrors: { percent: 100 },
  })
  expect(run.tally.problems.groups.map(describeGroup)).toEqual([
    `E_REQUIRED title "${title}" (is an error of a spreadsheet) 1×, first record 1`,
  ])
})
