import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Widget } from '../../../src/domain/dashboard-layout.js'
import { isOfSessions } from '../../../src/domain/metric.js'
import type { Dashboard, DashboardVersion, RenderedDashboard } from '../../../src/shapes/dashboard.js'
import type { FigureGroup } from '../../../src/shapes/figure-group.js'
import { figureValue } from '../../../src/views/figure.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, addUser, hoursAgo } from '../../helpers/factories.js'
import { storeCalls, storeSession } from '../../helpers/sessions.js'

const db = useDatabase()

const hostile = `<script>alert(1)</script> "'&| \u001b[31m\u202e`

async function dataOf<T>(...argv: string[]): Promise<T> {
  const { stdout, stderr } = await cto(db, ...argv, '--json')
  if (stdout === '') throw new Error(stderr)
  return (JSON.parse(stdout) as { data: T }).data
}

function layoutFile(widgets: readonly object[], name = 'layout.json'): string {
  writeFileSync(path.join(db.folder, name), JSON.stringify({ widgets }))
  return name
}

const calls = { id: 'calls', type: 'number', metric: 'tools.calls', x: 0, y: 0, w: 3, h: 2 }

const create = (name: string, ...flags: string[]) =>
  dataOf<Dashboard>('dashboards', 'create', name, '--as', 'ada', ...flags)
const update = (name: string, ...flags: string[]) =>
  cto(db, 'dashboards', 'update', name, '--as', 'grace', ...flags, '--json')

async function addPeople(): Promise<void> {
  await addUser(db, 'ada')
  await addUser(db, 'grace')
}

test('each change makes a version, whose layout history and restore give back', async () => {
  await addPeople()
  await create('Team', '--layout', layoutFile([calls]))
  const wider = layoutFile([{ ...calls, w: 6 }])
  expect(await update('Team', '--layout', wider, '--if-version', '1')).toMatchObject({ exitCode: 0 })
  await update('team', '--description', 'What we do')
  expect(await update('Team', '--layout', wider, '--description', 'What we do')).toMatchObject({
    exitCode: 0,
  })
  const versions = await dataOf<DashboardVersion[]>('dashboards', 'history', 'Team')
  expect(
    versions.map(({ version, changed, replacedBy, widgetLayout }) => [
      ...[version, changed, replacedBy],
      widgetLayout.widgets[0]?.w,
    ]),
  ).toEqual([
    [3, [], null, 6],
    [2, ['description'], 'grace@example.com', 6],
    [1, ['widgetLayout'], 'grace@example.com', 3],
  ])
  const restored = await dataOf<Dashboard>('dashboards', 'restore', 'Team', '1', '--as', 'ada')
  expect(restored).toMatchObject({
    version: 4,
    description: 'What we do',
    widgetLayout: { widgets: [calls] },
  })
  expect(await cto(db, 'dashboards', 'restore', 'Team', '9')).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('known: 4, 3, 2, 1') as string,
  })
  const log = await db.sql<{ action: string }>(
    `SELECT action FROM audit_log WHERE entity_type = 'dashboard' ORDER BY created_at, action`,
  )
  expect(log.map(({ action }) => action).sort()).toEqual([
    ...['dashboard.create', 'dashboard.restore', 'dashboard.update', 'dashboard.update'],
  ])
})

test('a version that another user has replaced is refused with exit code 7, and nothing changes', async () => {
  await addPeople()
  await create('Team')
  await update('Team', '--public')
  const before = await dataOf('dashboards', 'show', 'Team')
  for (const argv of [
    ['update', 'Team', '--no-public', '--if-version', '1'],
    ['restore', 'Team', '1', '--if-version', '1'],
  ])
    expect(await cto(db, 'dashboards', ...argv)).toMatchObject({
      exitCode: 7,
      stderr: expect.stringContaining('has version 2') as string,
    })
  expect(await dataOf('dashboards', 'show', 'Team')).toEqual(before)
})

test('a user has one dashboard of a name and one default; a name means your own first', async () => {
  await addPeople()
  const first = await create('Team', '--default')
  const second = await create('Other', '--default')
  const list = await dataOf<Dashboard[]>('dashboards', 'list', '--user', 'ada')
  expect(list.map(({ dashboardName, isDefault }) => [dashboardName, isDefault])).toEqual([
    ['Other', true],
    ['Team', false],
  ])
  expect(await cto(db, 'dashboards', 'create', 'Team', '--as', 'ada')).toMatchObject({ exitCode: 7 })
  expect(await update(second.id, '--name', 'Team')).toMatchObject({ exitCode: 7 })
  const theirs = await dataOf<Dashboard>('dashboards', 'create', 'Team', '--as', 'grace')
  const named = async (...as: string[]) => dataOf<Dashboard>('dashboards', 'show', 'Team', ...as)
  expect((await named('--as', 'ada')).id).toBe(first.id)
  expect((await named('--as', 'grace')).id).toBe(theirs.id)
  expect(await cto(db, 'dashboards', 'show', 'Team')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('several dashboards are named "Team"') as string,
  })
  expect(await cto(db, 'dashboards', 'delete', 'Other', '--yes')).toMatchObject({ exitCode: 0 })
  expect(await cto(db, 'dashboards', 'show', 'Other')).toMatchObject({ exitCode: 3 })
})

test.each([
  [[{ ...calls, metric: 'tools.love' }], 2, 'there is no metric'],
  [[{ ...calls, filters: { project: 'nowhere' } }], 3, 'no project named "nowhere"'],
  [[{ ...calls, filters: { type: 'sleep' } }], 2, 'no session type "sleep"'],
  [[{ ...calls, since: 'whenever' }], 2, 'whenever'],
])('a layout that cannot be rendered is not stored: %j', async (widgets, exitCode, message) => {
  await addPeople()
  const layout = layoutFile(widgets)
  expect(await cto(db, 'dashboards', 'create', 'Team', '--as', 'ada', '--layout', layout)).toMatchObject({
    exitCode,
    stderr: expect.stringContaining(message) as string,
  })
  expect(await db.sql('SELECT id FROM dashboard_configs')).toEqual([])
})

const widgets: Widget[] = [
  { id: 'words', type: 'text', title: hostile, x: 0, y: 30, w: 12, h: 1 },
  { id: 'calls', type: 'number', metric: 'tools.calls', since: '7d', x: 0, y: 0, w: 3, h: 2 },
  {
    id: 'web',
    type: 'number',
    metric: 'sessions.active_hours',
    filters: { project: ['web'] },
    x: 3,
    y: 0,
    w: 3,
    h: 2,
  },
  {
    id: 'open',
    type: 'number',
    metric: 'open.total',
    filters: { severity: ['high'] },
    x: 6,
    y: 0,
    w: 3,
    h: 2,
  },
  { id: 'tools', type: 'bar', metric: 'tools.calls', by: ['tool'], x: 0, y: 2, w: 6, h: 6 },
  {
    id: 'rate',
    type: 'line',
    metric: 'tools.error_rate',
    by: ['day', 'user'],
    since: '7d',
    x: 6,
    y: 2,
    w: 6,
    h: 6,
  },
  {
    id: 'heat',
    type: 'heatmap',
    metric: 'sessions.count',
    by: ['user', 'day'],
    since: '4d',
    x: 0,
    y: 8,
    w: 12,
    h: 6,
  },
  { id: 'weeks', type: 'table', metric: 'flow.created', by: ['week'], x: 0, y: 14, w: 6, h: 6 },
  { id: 'whole', type: 'table', metric: 'cost.usd', x: 6, y: 14, w: 6, h: 6 },
]

async function storeWork(): Promise<void> {
  await addPeople()
  await addProject(db, 'web')
  await addBug(db, { severity: 'high', at: hoursAgo(30) })
  await addBug(db, { severity: 'low', at: hoursAgo(24 * 9) })
  for (const [index, user] of ['ada@example.com', 'grace@example.com', 'ada@example.com'].entries()) {
    const day = `2026-02-2${5 + index}`
    const session = await storeSession(db, {
      ...{ user, start: `${day}T08:00:00Z`, end: `${day}T0${9 + (index % 1)}:30:00Z` },
      project: index === 0 ? 'web' : null,
    })
    await storeCalls(db, [
      { session, tool: 'Bash', at: `${day}T08:10:00Z`, durationMs: 100, isError: index === 1 },
      { session, tool: hostile, category: 'mcp', at: `${day}T08:20:00Z` },
      { session, tool: 'opus', category: 'model', at: `${day}T08:20:00Z`, costUsd: '0.25' },
    ])
  }
}

test('every figure of a rendered dashboard is the one that metrics prints', async () => {
  await storeWork()
  await create('Team', '--layout', layoutFile(widgets))
  const { widgets: rendered } = await dataOf<RenderedDashboard>('dashboards', 'render', 'Team')
  const html = (await cto(db, 'dashboards', 'render', 'Team')).stdout
  expect(rendered.map(({ id }) => id)).toEqual(widgets.map(({ id }) => id))
  for (const { id, metric, by = [], filters = {}, since, groups, unit } of rendered) {
    if (metric === undefined) continue
    const flags = Object.entries(filters as Record<string, string[]>).flatMap(([name, values]) => [
      `--${name}`,
      values.join(),
    ])
    const window = since === undefined ? [] : ['--since', since]
    const all = groups.at(-1)
    if (isOfSessions(metric)) {
      const figures = await dataOf<Record<string, { value: unknown }>>(
        'metrics',
        'sessions',
        ...flags,
        ...window,
      )
      expect([id, all?.figures[metric]?.value]).toEqual([id, figures[metric]?.value])
      if (by.length > 0) {
        const wanted = await dataOf<FigureGroup[]>(
          'metrics',
          'sessions',
          '--by',
          by.join(),
          ...flags,
          ...window,
        )
        const only = ({ by, figures }: FigureGroup) => [by, figures[metric]?.value ?? null]
        const known = (each: FigureGroup) => Boolean(each.figures[metric]?.value)
        expect(groups.filter(known).map(only)).toEqual(wanted.filter(known).map(only))
      }
    } else {
      const { value } = await dataOf<{ value: unknown }>('metrics', 'explain', metric, ...flags, ...window)
      expect([id, all?.figures[metric]?.value]).toEqual([id, value])
    }
    const [, section = ''] = new RegExp(`<section id="${id}"(.*?)</section>`, 's').exec(html) ?? []
    for (const { figures } of groups) {
      const value = figures[metric]?.value ?? null
      if (value === null) continue
      const text = figureValue({ id: metric, value, unit: unit ?? '' }).value
      expect([id, section.replaceAll('\u00a0', ' ').includes(`>${text}<`)]).toEqual([id, true])
    }
  }
})

test('the page has no script and no address, keeps texts harmless, and reads from the top', async () => {
  await storeWork()
  await create('Team', '--layout', layoutFile(widgets), '--description', hostile)
  await update('Team', '--name', hostile.replaceAll(/\p{Cc}/gu, ''))
  const { stdout: html } = await cto(db, 'dashboards', 'render', '<script>', '-o', 'page.html').then(() => ({
    stdout: readFileSync(path.join(db.folder, 'page.html'), 'utf8'),
  }))
  expect(html).not.toMatch(/<script|<link|<iframe|https?:\/\/(?!www\.w3\.org)|\u001b|\u202e/)
  expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
  const order = [...html.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id)
  expect(order).toEqual(['calls', 'web', 'open', 'tools', 'rate', 'heat', 'weeks', 'whole', 'words'])
  expect(html).toContain('<section id="web" aria-labelledby="web-title" style="--x:4;--y:1;--w:3;--h:2">')
  expect(html.match(/<svg role="img"/g)).toHaveLength(2)
})

test('report --dashboard writes the same page, and takes no window of its own', async () => {
  await storeWork()
  await create('Team', '--layout', layoutFile(widgets))
  // The library counts the drawings of a process.
  const page = async (...argv: string[]) => (await cto(db, ...argv)).stdout.replaceAll(/zr\d+-/g, '')
  expect(await page('report', '--dashboard', 'Team')).toBe(await page('dashboards', 'render', 'Team'))
  const markdown = await cto(db, 'report', '--dashboard', 'Team', '--markdown', '--title', 'Friday')
  expect(markdown.stdout).toMatch(/^# Friday\n/)
  expect(markdown.stdout).toContain('| Bash | 3 | 3 |')
  for (const flags of [['--since', '7d'], ['--project', 'web'], ['--json']])
    expect(await cto(db, 'report', '--dashboard', 'Team', ...flags)).toMatchObject({
      exitCode: 2,
      stdout: '',
    })
  expect(await cto({ ...db, terminal: 80 }, 'dashboards', 'render', 'Team')).toMatchObject({ exitCode: 2 })
})

test('without data a widget says so, and shows no zero', async () => {
  await addPeople()
  await create('Team')
  const html = (await cto(db, 'dashboards', 'render', 'Team')).stdout
  expect(html).not.toMatch(/NaN|undefined/)
  expect(html).toMatch(/<section id="calls-by-tool".*?No data in 2026-01-31 to 2026-03-02\./s)
  expect(html).toMatch(/<section id="cost-usd".*?<b>—<\/b>/s)
})
