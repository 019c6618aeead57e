import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeDates } from '../../src/importers/file/describe.js'
import { presets } from '../../src/importers/map/presets/index.js'
import { importFile, importText } from '../helpers/csv-import.js'
import { lines } from '../helpers/lines.js'

/**
 * Small exports written by hand, as each product writes them. Headers were taken from files found in public (Plane,
 * ClickUp), from the exporter's source (Maniphest: newExportFields and the Lisk and Projects extensions; older Plane:
 * bgtasks/export_task.py; MantisBT: csv_columns and lang/strings_english; GitLab: CsvBuilder), and from programs that read
 * real exports (monday: `Item ID (auto generated)`; YouTrack: `Issue Id`). Those of Notion are the names of its templates,
 * and of YouTrack's other columns the names of its default fields.
 */
const folder = path.resolve('fixtures/exports')

/** Their first bug is the same everywhere: open and urgent; then one that is settled or put off. */
const expected: Readonly<Record<string, { preset: string; bugs: unknown[] }>> = {
  'github.csv': {
    preset: 'github',
    bugs: [
      ['https://github.com/acme/web/issues/12', 'critical', 'pending', null],
      ['https://github.com/acme/web/issues/13', 'low', 'closed', '2026-01-07T10:00:00.000Z'],
      ['https://github.com/acme/web/issues/14', 'critical', 'in_progress', null],
    ],
  },
  'github-issue-list.tsv': {
    preset: 'github',
    bugs: [
      ['12', 'high', 'pending', null],
      ['13', 'medium', 'closed', null],
      ['14', 'medium', 'pending', null],
    ],
  },
  'gitlab.csv': {
    preset: 'gitlab',
    bugs: [
      ['https://gitlab.example.com/acme/web/-/issues/12', 'critical', 'pending', null],
      ['https://gitlab.example.com/acme/web/-/issues/13', 'low', 'closed', '2026-01-07T10:00:00.000Z'],
    ],
  },
  'azure.csv': {
    preset: 'azure',
    bugs: [
      ['101', 'critical', 'in_progress', null],
      ['102', 'low', 'in_progress', null],
      ['103', 'medium', 'closed', '2026-01-16T16:30:00.000Z'],
    ],
  },
  'trello.csv': {
    preset: 'trello',
    bugs: [
      ['5f1a', 'critical', 'in_progress', null],
      ['5f1b', 'low', 'closed', null],
    ],
  },
  'pivotal.csv': {
    preset: 'pivotal',
    bugs: [
      ['1001', 'critical', 'in_progress', null],
      ['1002', 'low', 'closed', '2026-01-07T00:00:00.000Z'],
      ['1003', 'medium', 'shipped', null],
    ],
  },
  'asana.csv': {
    preset: 'asana',
    bugs: [
      ['1201', 'high', 'in_progress', null],
      ['1202', 'low', 'closed', '2026-01-07T00:00:00.000Z'],
    ],
  },
  'shortcut.csv': {
    preset: 'shortcut',
    bugs: [
      ['31', 'critical', 'in_progress', null],
      ['32', 'medium', 'closed', '2026-01-07T10:00:00.000Z'],
    ],
  },
  'redmine.csv': {
    preset: 'redmine',
    bugs: [
      ['7', 'critical', 'in_progress', null],
      ['8', 'low', 'closed', '2026-01-17T10:00:00.000Z'],
      ['9', 'medium', 'pending', null],
    ],
  },
  'monorail.csv': {
    preset: 'monorail',
    bugs: [
      ['901', 'critical', 'in_progress', null],
      ['902', 'medium', 'closed', '2026-01-07T10:00:00.000Z'],
      ['903', 'high', 'pending', null],
    ],
  },
  'sentry.csv': {
    preset: 'sentry',
    bugs: [
      ['4501', 'critical', 'pending', null],
      ['4502', 'low', 'deferred', null],
      ['4503', 'high', 'closed', null],
    ],
  },
  'plane.csv': {
    preset: 'plane',
    bugs: [
      ['SHOP-1', 'high', 'pending', null],
      ['SHOP-2', 'critical', 'in_progress', null],
      ['SHOP-3', 'medium', 'closed', '2024-01-03T15:00:00.000Z'],
      ['OTH-1', 'medium', 'pending', null],
      ['SHOP-6', 'low', 'deferred', null],
      ['SHOP-8', 'medium', 'pending', null],
    ],
  },
  'clickup.csv': {
    preset: 'clickup',
    bugs: [
      ['WEB-1', 'critical', 'in_progress', null],
      ['WEB-2', 'medium', 'closed', null],
      ['WEB-3', 'medium', 'pending', null],
    ],
  },
  'notion.csv': {
    preset: 'notion',
    bugs: [
      ['BUG-7', 'high', 'in_progress', null],
      ['BUG-8', 'medium', 'closed', null],
      ['BUG-9', 'low', 'pending', null],
    ],
  },
  'youtrack.csv': {
    preset: 'youtrack',
    bugs: [
      ['SHOP-7', 'critical', 'in_progress', null],
      ['SHOP-8', 'high', 'closed', '2024-03-03T16:45:00.000Z'],
      ['SHOP-9', 'low', 'pending', null],
    ],
  },
  'mantis.csv': {
    preset: 'mantis',
    bugs: [
      ['0000007', 'critical', 'in_progress', null],
      ['0000008', 'high', 'closed', null],
      ['0000009', 'low', 'pending', null],
    ],
  },
  'maniphest.csv': {
    preset: 'maniphest',
    bugs: [
      ['T7', 'critical', 'pending', null],
      ['T8', 'medium', 'closed', '2024-03-03T16:45:00.000Z'],
      ['T9', 'low', 'deferred', null],
    ],
  },
  'monday.csv': {
    preset: 'monday',
    bugs: [
      ['6100000007', 'critical', 'in_progress', null],
      ['6100000008', 'high', 'closed', '2024-03-03T00:00:00.000Z'],
      ['6100000009', 'low', 'pending', null],
    ],
  },
  'cto.csv': {
    preset: 'cto',
    bugs: [
      ['BUG-1001', 'critical', 'in_progress', null],
      ['BUG-1002', 'low', 'shipped', null],
    ],
  },
  'linear.csv': {
    preset: 'linear',
    bugs: [
      ['WEB-1', 'critical', 'in_progress', null],
      ['WEB-2', 'medium', 'closed', '2026-01-07T10:00:00.000Z'],
    ],
  },
  'bugzilla.csv': {
    preset: 'bugzilla',
    bugs: [
      ['81', 'critical', 'in_progress', null],
      ['82', 'high', 'closed', null],
      ['83', 'low', 'pending', null],
    ],
  },
  'jira-german.csv': {
    preset: 'jira',
    bugs: [
      ['SHOP-1', 'critical', 'in_progress', null],
      ['SHOP-2', 'low', 'closed', '2026-01-07T10:00:00.000Z'],
    ],
  },
  'jira-spanish.csv': {
    preset: 'jira',
    bugs: [
      ['TIENDA-1', 'high', 'in_progress', null],
      ['TIENDA-2', 'low', 'closed', '2026-01-07T10:00:00.000Z'],
    ],
  },
  'jira-french.csv': {
    preset: 'jira',
    bugs: [
      ['SITE-1', 'high', 'in_progress', null],
      ['SITE-2', 'low', 'closed', '2026-01-07T10:00:00.000Z'],
    ],
  },
  'jira-portuguese.csv': {
    preset: 'jira',
    bugs: [
      ['LOJA-1', 'high', 'in_progress', null],
      ['LOJA-2', 'low', 'closed', '2026-02-07T10:00:00.000Z'],
    ],
  },
}

async function bugsIn(file: string) {
  const { plan, records, counts } = await importFile('bugs', path.join(folder, file))
  expect(counts).toMatchObject({ rejected: 0, skipped: 0, duplicates: 0 })
  return { preset: plan.preset.name, records }
}

describe('each product is detected by its headers and values', () => {
  it.each(Object.entries(expected))('%s', async (file, { preset, bugs }) => {
    const found = await bugsIn(file)
    expect({
      preset: found.preset,
      bugs: found.records.map(({ externalId, severity, status, resolvedAt }) => [
        externalId,
        severity,
        status,
        resolvedAt?.toISOString() ?? null,
      ]),
    }).toEqual({ preset, bugs })
  })

  it('and every preset has an export here', () => {
    const shown = new Set([...Object.values(expected).map(({ preset }) => preset), 'generic'])
    expect(presets.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([])
  })
})

describe('what else a product has', () => {
  it('is the name of the creator before the date', async () => {
    const text = lines(
      'Name,Status,Priority,Creation log,Last updated,Item ID',
      'Login fails,Working on it,High,"Ann Lee Mar 1, 2024 9:15 AM","Ann May Mar 13, 2024 9:15 PM",7',
      'Slow,Done,Low,"Mar 2, 2024 9:15 AM",,8',
    )
    const { plan, records } = await importText('bugs', text)
    expect(plan.preset.name).toBe('monday')
    expect(
      records.map(({ createdAt, updatedAt }) => [createdAt?.toISOString(), updatedAt?.toISOString()]),
    ).toEqual([
      ['2024-03-01T09:15:00.000Z', '2024-03-13T21:15:00.000Z'],
      ['2024-03-02T09:15:00.000Z', undefined],
    ])
  })

  it('is a column with the zone of its times', async () => {
    const header = 'id,name,type,created_at,completed_at,state,utc_offset,is_a_blocker'
    const row = (id: number, zone: string) =>
      `${id},x,bug,2026/01/05 22:00:00,2026/01/06 09:00:00,Done,${zone},FALSE`
    const text = lines(header, row(1, '-05:00'), row(2, '+05:30'), row(3, ''), row(4, 'Mars'))
    const { plan, records, run } = await importText('bugs', text, {
      zone: 'Europe/Berlin',
      maxErrors: { percent: 100 },
    })
    expect(plan.preset.name).toBe('shortcut')
    expect(
      records.map(({ createdAt, resolvedAt }) => [createdAt?.toISOString(), resolvedAt?.toISOString()]),
    ).toEqual([
      ['2026-01-06T03:00:00.000Z', '2026-01-06T14:00:00.000Z'],
      ['2026-01-05T16:30:00.000Z', '2026-01-06T03:30:00.000Z'],
      ['2026-01-05T21:00:00.000Z', '2026-01-06T08:00:00.000Z'],
    ])
    expect(run.tally.problems.groups[0]?.problem).toMatchObject({ field: 'utcOffset', value: 'Mars' })
    expect(describeDates(plan)).toBe('date format: iso; times without a zone are in that of utc_offset')
  })

  it('is hours, in the unit of each', async () => {
    const hours = async (file: string) => {
      const [first] = (await bugsIn(file)).records
      return [first?.estimatedHours, first?.actualHours]
    }
    expect(await hours('gitlab.csv')).toEqual(['2.00', '1.50'])
    expect(await hours('azure.csv')).toEqual(['8.00', '2.50'])
    expect(await hours('asana.csv')).toEqual(['4.00', '1.50'])
    expect(await hours('redmine.csv')).toEqual(['8.00', '2.50'])
    expect(await hours('bugzilla.csv')).toEqual(['8.00', '2.50'])
    expect(await hours('jira-german.csv')).toEqual(['8.00', '2.50'])
    expect(await hours('clickup.csv')).toEqual(['2.00', '1.50'])
    expect(await hours('youtrack.csv')).toEqual(['8.00', '2.50'])
  })

  it('is never hours if it counts points', async () => {
    for (const file of ['linear.csv', 'pivotal.csv', 'shortcut.csv']) {
      expect((await bugsIn(file)).records[0]?.estimatedHours).toBeNull()
    }
  })

  it('is blockers', async () => {
    for (const file of ['azure.csv', 'bugzilla.csv', 'linear.csv', 'shortcut.csv']) {
      expect((await bugsIn(file)).records[0]?.isBlocker, file).toBe(true)
    }
    expect((await bugsIn('github.csv')).records.map(({ isBlocker }) => isBlocker)).toEqual([
      false,
      false,
      true,
    ])
  })

  it('is people, projects and links', async () => {
    const [first] = (await bugsIn('azure.csv')).records
    expect(first).toMatchObject({
      assignee: { email: 'ada@example.com', name: 'Ada' },
      creator: { email: 'ben@example.com' },
      project: 'Shop\\Web',
      description: 'Pay twice',
    })
    expect((await bugsIn('sentry.csv')).records[0]).toMatchObject({
      externalUrl: 'https://sentry.example.com/issues/4501',
      project: 'shop',
      assignee: { email: 'ada@example.com' },
    })
  })
})

it('a number within a repository includes its name', async () => {
  const text = lines('repository,number,title,state', 'acme/web,1,x,open', 'acme/api,1,y,closed')
  const { plan, records } = await importText('bugs', text)
  expect(plan.preset.name).toBe('github')
  expect(records.map(({ externalId }) => externalId)).toEqual(['acme/web:1', 'acme/api:1'])
})

it('a ranking of repositories is read as projects', async () => {
  const { plan, records } = await importFile('projects', path.join(folder, 'github-ranking.csv'))
  expect(plan.preset.name).toBe('github')
  expect(records[0]).toMatchObject({
    name: 'web',
    githubUrl: 'https://github.com/acme/web',
    stars: 4100,
    forks: 310,
    language: 'TypeScript',
    lastCommit: new Date('2026-01-06T08:00:00Z'),
  })
})

it('an older export of Plane has other headers', async () => {
  const text = lines(
    'ID,Project,Name,Description,State,Priority,Created By,Assignee,Labels,Cycle Name,Module Name,Created At,Completed At',
    'SHOP-1,Shop,Login fails,,Todo,urgent,Ann,Bo,web,,,"Fri, 01 Mar 2024 09:15:00 UTC+0000",',
    'SHOP-2,Shop,Refund,,Shipping,none,Ann,,,,,"Fri, 01 Mar 2024 09:20:00 UTC+0000","Sun, 03 Mar 2024 04:45:00 UTC+0000"',
  )
  const { plan, records } = await importText('bugs', text)
  expect(plan.preset.name).toBe('plane')
  expect(records).toMatchObject([
    { externalId: 'SHOP-1', severity: 'critical', status: 'pending', project: 'Shop' },
    {
      externalId: 'SHOP-2',
      severity: 'medium',
      status: 'closed',
      resolvedAt: new Date('2024-03-03T04:45:00Z'),
    },
  ])
})

it('lines of one cell are labels, and the mark of a formula is not part of the title', async () => {
  const { records } = await bugsIn('maniphest.csv')
  expect(records[1]).toMatchObject({ title: '-v prints refunds twice', labels: ['Payment', 'Shop'] })
})
