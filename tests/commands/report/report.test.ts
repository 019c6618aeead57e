import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Report } from '../../../src/shapes/report.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, addUser, changeBug, hoursAgo } from '../../helpers/factories.js'
import { storeCalls, storeSession } from '../../helpers/sessions.js'

const db = useDatabase()

const hostile = `<script>alert(1)</script> "'&| \u001b[31m\u202e`
const harmless = '&lt;script&gt;alert(1)&lt;/script&gt; &quot;&#39;&amp;| \\x1b[31m\\u{202e}'

async function reportFile(...argv: string[]): Promise<string> {
  expect(await cto(db, 'report', '-o', 'report', ...argv)).toMatchObject({
    exitCode: 0,
    stdout: '',
    stderr: expect.stringMatching(/^written: report \(\d+ kB\)\n$/) as string,
  })
  return readFileSync(path.join(db.folder, 'report'), 'utf8')
}

test('the page holds every section, the money at risk first', async () => {
  const web = await addProject(db, 'web', { dcfValuation: '1234567.89' })
  await addBug(db, { projectId: web.id, revenueImpact: '1234.50', at: hoursAgo(30) })
  const html = await reportFile()
  const sections = [...html.matchAll(/<section id="([a-z]+)"/g)].map(([, id]) => id)
  expect(sections).toEqual([
    ...['overview', 'trend', 'worst', 'open', 'sla', 'flow', 'pace', 'workload', 'portfolio', 'quality'],
  ])
  const values = [...html.matchAll(/<span class="value"><b>([^<]*)</g)].map(([, value]) => value)
  expect(values.slice(0, 4)).toEqual(['USD 1,234.50', '0', '—', '+1'])
  expect(html).toContain('1.2\u00a0M')
})

test('where sessions are known, the page has their figures, equal to those of metrics sessions', async () => {
  const session = await storeSession(db, { start: '2026-03-01T08:00:00Z', end: '2026-03-01T09:00:00Z' })
  await storeCalls(db, [{ session, tool: 'Bash', at: '2026-03-01T08:00:00Z', durationMs: 100 }])
  expect(await reportFile()).toContain('<section id="sessions"')
  expect(await reportFile('--severity', 'low')).not.toContain('<section id="sessions"')
  const dataOf = async <T>(...argv: string[]) =>
    (JSON.parse((await cto(db, ...argv, '--json')).stdout) as { data: T }).data
  const { figures } = await dataOf<Report>('report')
  const wanted = await dataOf<Record<string, { value: unknown }>>('metrics', 'sessions')
  for (const [id, { value }] of Object.entries(wanted))
    expect([id, figures.find((figure) => figure.id === id)?.value]).toEqual([id, value])
})

test('on repositories alone, where none is known, it has no figures', async () => {
  const { exitCode, stdout } = await cto(db, 'report', '--bots', 'only', '--json')
  expect([exitCode, JSON.parse(stdout)]).toMatchObject([
    0,
    { data: { figures: [], before: [], quality: [] } },
  ])
})

test('what people wrote stays text in every place that shows it', async () => {
  const [person, project] = [await addUser(db, 'ada', { name: hostile }), await addProject(db, hostile)]
  await addBug(db, {
    title: hostile,
    assignedToId: person.id,
    projectId: project.id,
    revenueImpact: '10.00',
    at: hoursAgo(30),
  })
  const html = await reportFile('--title', hostile)
  expect(html).not.toMatch(/<script|\u001b|\u202e/)
  // Title and heading; bug; person and project in the table of bugs, their charts and their tables.
  expect(html.split(harmless).length - 1).toBeGreaterThanOrEqual(8)

  const markdown = await reportFile('--title', hostile, '--markdown')
  expect(markdown).not.toMatch(/(?<!\\)<|\u001b|\u202e/)
  for (const line of markdown.split('\n').filter((line) => line.startsWith('| BUG-')))
    expect(line.split(/(?<!\\)\|/)).toHaveLength(10)
})

test('bugs link to their tracker, and only to web addresses', async () => {
  const urls = ['https://jira.example/browse/WEB-1?a="|`<b>', 'javascript:alert(1)', 'not a url']
  for (const url of urls) {
    const { id } = await addBug(db)
    await db.sql('UPDATE bugs SET external_url = $2 WHERE id = $1', [id, url])
  }
  const html = await reportFile()
  expect([...html.matchAll(/<a href="(?!#)([^"]*)"/g)].map(([, href]) => href)).toEqual([
    'https://jira.example/browse/WEB-1?a=%22|`%3Cb%3E',
  ])
  expect(await reportFile('-f', 'markdown')).toContain(
    '](<https://jira.example/browse/WEB-1?a=%22%7C%60%3Cb%3E>)',
  )
})

test('sentences name what changed and why, and cards whether that is better', async () => {
  const web = await addProject(db, 'web')
  await addBug(db, { severity: 'critical', projectId: web.id, revenueImpact: '100.10', at: hoursAgo(900) })
  const old = await addBug(db, { severity: 'critical', at: hoursAgo(900) })
  await changeBug(db, old, { status: 'closed', at: hoursAgo(12) })
  for (let i = 0; i < 3; i++)
    await addBug(db, {
      severity: 'critical',
      projectId: web.id,
      revenueImpact: '1000.00',
      at: hoursAgo(i + 1),
    })
  const markdown = await reportFile('--markdown')
  expect(markdown).toContain(
    [
      '- Open bugs rose from 2 to 4: 3 created, 1 resolved.',
      '- Open critical bugs rose from 2 to 4: 3 created, 1 resolved.',
      '- Money at risk rose from USD 100.10 a day to USD 3,100.10 a day, the most in web (USD 100.10 to USD 3,100.10).',
    ].join('\n'),
  )
  expect(markdown).toContain('| Critical bugs open | 4 bugs | up from 2, worse | n = 4 |')
  expect(await reportFile()).toContain(
    '<span class="change worse"><span aria-hidden="true">▲</span> up from 2 <strong>worse</strong></span>',
  )
})

test('the sentence about open bugs has the numbers of the table of the flow, and they add up', async () => {
  await addBug(db, { severity: 'critical', at: hoursAgo(900) })
  const flipped = await addBug(db, { at: hoursAgo(900) })
  await changeBug(db, flipped, { status: 'closed', at: hoursAgo(90) })
  await changeBug(db, flipped, { status: 'pending', at: hoursAgo(80) })
  const brief = await addBug(db, { severity: 'critical', at: hoursAgo(70) })
  await changeBug(db, brief, { status: 'closed', at: hoursAgo(60) })
  const paused = await addBug(db, { at: hoursAgo(50) })
  await changeBug(db, paused, { status: 'deferred', at: hoursAgo(40) })
  await addBug(db, { severity: 'critical', at: hoursAgo(30) })
  const markdown = await reportFile('--markdown')
  expect(markdown).toContain(
    '- Open bugs rose from 2 to 3: 3 created, 1 reopened, 2 resolved, 1 more deferred.',
  )
  expect(markdown).toContain('- Open critical bugs rose from 1 to 2: 2 created, 1 resolved.')
  const { data } = JSON.parse((await cto(db, 'report', '--json')).stdout) as { data: Report }
  const sum = (name: 'created' | 'resolved' | 'reopened') =>
    (data.flow?.periods ?? []).reduce((total, period) => total + period[name], 0)
  expect([sum('created'), sum('reopened'), sum('resolved')]).toEqual([3, 1, 2])
  const diff = await cto(db, 'metrics', 'diff', '2026-02-20', '--json', '--fields', 'id,causes')
  expect((JSON.parse(diff.stdout) as { data: unknown[] }).data[0]).toMatchObject({
    id: 'open.total',
    causes: { created: 3, resolved: 1, deferred: 1 },
  })
})

test('without data each section is one sentence, and no zero stands where nothing is known', async () => {
  const html = await reportFile()
  expect(html).not.toMatch(/<svg|<table/)
  expect(html).toContain('<p class="row">No bug is open.</p>')
  const figures = [...html.matchAll(/<span class="name">(.*?)<\/span><span class="value"><b>(.*?)<\/b>/g)]
  expect(figures.map(([, , value]) => value)).toEqual(['—', '0', '—', '0'])
})

test('a format that a report has not is refused', async () => {
  for (const format of ['csv', 'table', 'ids', 'prometheus'])
    expect(await cto(db, 'report', '-f', format)).toMatchObject({ exitCode: 2, stdout: '' })
  expect((await cto(db, 'report', '-f', 'csv')).stderr).toContain('valid: html, markdown, json')
  expect((await cto(db, 'report', '-f', 'html')).stdout).toContain('<!doctype html>')
  expect((await cto({ ...db, terminal: 80 }, 'report', '--markdown')).stdout).toContain(
    '# Engineering report',
  )
})

test.each([
  ['x.pdf', [], '--output x.html, and print it to PDF in a browser'],
  ['X.PDF', ['--dashboard', 'none of this name'], '--output X.html, and print it to PDF in a browser'],
  ['x.docx', [], '--output x.html'],
  ['last month.png', [], "--output 'last month.html'"],
  ['x.txt', [], '--output x.html'],
  ['x.json', [], 'add --json, or --output x.html'],
  ['x.md', [], 'add --markdown, or --output x.html'],
  ['x.html', ['--markdown'], 'leave out --markdown, or --output x.md'],
  ['x.pdf', ['-f', 'markdown'], '--output x.md'],
])('a file %s is refused %j before anything is read or written', async (file, flags, fix) => {
  const { exitCode, stderr } = await cto(
    { ...db, env: { ...db.env, DATABASE_URL: 'postgres://none:1/x' } },
    ...[...['report', '-o', file, ...flags]],
  )
  expect([exitCode, stderr.split('\n').at(-2)]).toEqual([2, `  fix: ${fix}`])
  expect(stderr).toMatch(/^error: ".*" would contain (?:HTML|Markdown), not \w+\n/)
  expect(readdirSync(db.folder)).not.toContain(file)
})

test('a file of JSON is refused the name of a page', async () => {
  const { exitCode, stderr } = await cto(db, 'report', '--json', '-o', 'x.html')
  expect([exitCode, JSON.parse(stderr)]).toMatchObject([
    2,
    { error: { code: 'USAGE', hint: 'leave out --json, or --output x.json' } },
  ])
})

test.each([
  ['x.html'],
  ['x.HTM'],
  ['x.md', '--markdown'],
  ['x.txt', '--markdown'],
  ['x.json', '--json'],
  ['x.jsonl', '-f', 'ndjson'],
  ['tmp.Qb3XzA9kLm'],
  ['report.html.tmp'],
  ['.html'],
])('a file %s is written %j', async (file, ...flags) => {
  const { exitCode, stderr } = await cto(db, 'report', '-o', file, ...flags)
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining(`written: ${file} (`)])
})

test('JSON has the same figures, and a terminal is asked for a file', async () => {
  await addBug(db, { severity: 'critical', at: hoursAgo(1) })
  const { stdout } = await cto(db, 'report', '--json', '--since', '7d')
  const { data } = JSON.parse(stdout) as {
    data: { figures: { id: string; value: unknown }[]; worst: unknown[] }
  }
  expect(data.figures.find(({ id }) => id === 'open.critical')?.value).toBe(1)
  expect(data.worst).toHaveLength(1)
  const refused = await cto({ ...db, terminal: 80 }, 'report')
  expect(refused).toMatchObject({ exitCode: 2, stdout: '' })
  expect(refused.stderr).toContain('cto report --output report.html')
})

test('the trend ends where the figures stand, by project, and the flow adds up to it', async () => {
  const web = await addProject(db, 'web')
  const shop = await addProject(db, 'shop')
  await addBug(db, { projectId: web.id, revenueImpact: '0.10', at: hoursAgo(24 * 20) })
  const paused = await addBug(db, { projectId: web.id, revenueImpact: '7.00', at: hoursAgo(24 * 20) })
  await changeBug(db, paused, { status: 'deferred', at: hoursAgo(24 * 3) })
  const closed = await addBug(db, { projectId: shop.id, revenueImpact: '5.00', at: hoursAgo(24 * 20) })
  await changeBug(db, closed, { status: 'closed', at: hoursAgo(24 * 2) })
  await addBug(db, { revenueImpact: '0.20', at: hoursAgo(0) })

  const { stdout } = await cto(db, 'report', '--json', '--since', '4d')
  const { figures, flow, trend } = (JSON.parse(stdout) as { data: Report }).data
  const [first, second, last] = [0, 2, -1].map((index) =>
    trend.map(({ project, points }) => {
      const { backlog, revenueAtRisk } = points.at(index) ?? {}
      return [project?.name ?? null, backlog, revenueAtRisk]
    }),
  )
  expect(first).toEqual([
    ['shop', 1, '5.00'],
    ['web', 2, '7.10'],
    [null, 0, null],
  ])
  expect(second).toEqual([
    ['shop', 1, '5.00'],
    ['web', 2, '0.10'],
    [null, 0, null],
  ])
  expect(last).toEqual([
    ['shop', 0, null],
    ['web', 2, '0.10'],
    [null, 1, '0.20'],
  ])
  const figure = (id: string) => figures.find((each) => each.id === id)?.value
  expect([figure('revenue.at_risk_daily'), figure('backlog.total')]).toEqual(['0.30', 3])
  expect(flow?.before.backlog).toBe(3)
})

test('the last row of the trend names the time, next to the day that began before it', async () => {
  await addBug(db, { at: hoursAgo(30) })
  const html = await reportFile('--since', '4d')
  const [, trend = ''] = /<section id="trend"(.*?)<\/section>/s.exec(html) ?? []
  const moments = [...trend.matchAll(/(2026-\d\d-\d\d(?: \d\d:\d\d)?)/g)].map(([, moment]) => moment)
  expect(moments.slice(-2)).toEqual(['2026-03-02', '2026-03-02 09:00'])
})

test('changes over the window have their causes, and money its exact difference', async () => {
  await addBug(db, { severity: 'critical', revenueImpact: '100.10', at: hoursAgo(900) })
  const old = await addBug(db, { severity: 'critical', revenueImpact: '0.20', at: hoursAgo(900) })
  await changeBug(db, old, { status: 'closed', at: hoursAgo(12) })
  for (let i = 0; i < 3; i++) await addBug(db, { severity: 'critical', at: hoursAgo(i + 1) })
  const { stdout } = await cto(db, 'report', '--json')
  const { changes } = (JSON.parse(stdout) as { data: Report }).data
  expect(changes.find(({ id }) => id === 'open.critical')).toMatchObject({
    before: 2,
    after: 4,
    change: 2,
    causes: { created: 3, resolved: 1, reopened: 0 },
  })
  expect(changes.find(({ id }) => id === 'revenue.at_risk_daily')).toMatchObject({
    change: '-0.20',
    causes: null,
  })
})

test('of a past window the bugs are those of then, and lists are cut with a word', async () => {
  const bug = await addBug(db, { severity: 'low', at: hoursAgo(100) })
  await changeBug(db, bug, { status: 'closed', severity: 'critical', at: hoursAgo(1) })
  await addBug(db, { at: hoursAgo(1) })
  for (let i = 0; i < 31; i++) await addProject(db, `project ${i}`)
  const markdown = await reportFile('--as-of', '2026-03-01', '--markdown')
  const rows = markdown.split('\n').filter((line) => line.startsWith('| BUG-'))
  expect(rows.map((line) => line.split(' | ').slice(0, 4))).toEqual([
    [`| ${bug.bugNumber}`, 'Checkout times out', expect.any(String), 'low'],
  ])
  expect(markdown).toContain('amounts in USD (30 of 31)')
})
