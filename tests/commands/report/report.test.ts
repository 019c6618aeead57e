import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Report } from '../../../src/shapes/report.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, addUser, changeBug, hoursAgo } from '../../helpers/factories.js'

const db = useDatabase()

test('the page holds every section, and what people wrote stays text', async () => {
  const ada = await addUser(db, 'ada')
  const web = await addProject(db, '<b>web</b>', { dcfValuation: '1234567.89' })
  const bug = await addBug(db, {
    title: '<script>alert(1)</script> \u001b[31m\u202e',
    assignedToId: ada.id,
    projectId: web.id,
    revenueImpact: '10.00',
    at: hoursAgo(30),
  })
  await changeBug(db, await addBug(db, { at: hoursAgo(90) }), { status: 'closed', at: hoursAgo(3) })

  expect(await cto(db, 'report', '-o', 'report.html')).toMatchObject({ exitCode: 0, stdout: '', stderr: '' })
  const html = readFileSync(path.join(db.folder, 'report.html'), 'utf8')
  const sections = [...html.matchAll(/<section id="([a-z]+)"/g)].map(([, id]) => id)
  expect(sections).toEqual([
    'overview',
    'sla',
    'flow',
    'aging',
    'pace',
    'workload',
    'portfolio',
    'worst',
    'quality',
  ])
  expect(html).toContain(bug.bugNumber)
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; \\x1b[31m\\u{202e}')
  expect(html).toContain('1,234,567.89')
  expect(html).not.toMatch(/<script|<b>|\u001b|\u202e|https?:\/\/(?!www\.w3\.org)/)
})

test('without data it says so, and shows no zero where nothing is known', async () => {
  const { stdout } = await cto(db, 'report')
  expect(stdout).toContain('No bug is open.')
  const compliance = /SLA compliance<\/span><span class="value">([^<]*)</.exec(stdout)?.[1]
  expect(compliance).toBe('—')
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
  expect(flow.before.backlog).toBe(3)
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
