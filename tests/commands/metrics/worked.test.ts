import { describe, expect, test } from 'vitest'
import type { Figure } from '../../../src/domain/metric.js'
import type { Flow } from '../../../src/shapes/metric-report.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, addUser, changeBug, hoursAgo } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()

async function dataOf<T>(...argv: string[]): Promise<T> {
  const { stdout, stderr, exitCode } = await cto(db, 'metrics', ...argv, '--json')
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: T }).data
}

type Figures = Record<string, Figure>

describe('time to resolution', () => {
  test('excludes deferred time and time between resolve and reopen', async () => {
    // 100 h from creation to the last resolution, less 10 deferred, less 20 resolved.
    const bug = await addBug(db, { at: hoursAgo(120) })
    await changeBug(db, bug, { status: 'deferred', at: hoursAgo(110) })
    await changeBug(db, bug, { status: 'pending', at: hoursAgo(100) })
    await changeBug(db, bug, { status: 'closed', at: hoursAgo(60) })
    await changeBug(db, bug, { status: 'pending', at: hoursAgo(40) })
    await changeBug(db, bug, { status: 'shipped', at: hoursAgo(20) })
    const figures = await dataOf<Figures>('engineering')
    expect(figures['resolution.mean']).toMatchObject({ value: 70, n: 1 })
    // Steps into resolved, each of them.
    expect(figures['flow.resolved']?.value).toBe(2)
  })

  test('by Kaplan and Meier: an open bug counts up to its age', async () => {
    // Ended after 10, 20 and 30 hours; open for 15 and 25, of which 5 were deferred.
    for (const hours of [10, 20, 30]) {
      const bug = await addBug(db, { at: hoursAgo(200) })
      await changeBug(db, bug, { status: 'closed', at: hoursAgo(200 - hours) })
    }
    await addBug(db, { at: hoursAgo(15) })
    const paused = await addBug(db, { at: hoursAgo(30) })
    await changeBug(db, paused, { status: 'deferred', at: hoursAgo(20) })
    await changeBug(db, paused, { status: 'pending', at: hoursAgo(15) })
    // 4/5 after 10 h; 15 h: one is seen no longer; 2/3 of that after 20 h is 0.533; the third ends as the last.
    const figures = await dataOf<Figures>('engineering')
    expect(figures['resolution.km50']).toMatchObject({ value: 30, n: 5 })
  })
})

describe('SLA compliance', () => {
  test('counts each bug once, when it was decided', async () => {
    // Critical bugs have 4 hours. Kept; missed and resolved later; missed and open; paused in time; not decided yet.
    const kept = await addBug(db, { severity: 'critical', at: hoursAgo(50) })
    await changeBug(db, kept, { status: 'closed', at: hoursAgo(47) })
    const late = await addBug(db, { severity: 'critical', at: hoursAgo(40) })
    await changeBug(db, late, { status: 'closed', at: hoursAgo(30) })
    await addBug(db, { severity: 'critical', at: hoursAgo(20) })
    const paused = await addBug(db, { severity: 'critical', at: hoursAgo(10) })
    await changeBug(db, paused, { status: 'deferred', at: hoursAgo(9) })
    await addBug(db, { severity: 'low', at: hoursAgo(1) })
    const figures = await dataOf<Figures>('sla')
    expect(figures['sla.compliance']).toMatchObject({ value: 0.3333, n: 3 })
    // 6 hours late, and 16 so far.
    expect(figures['sla.overrun.p50']).toMatchObject({ value: 11, n: 2 })
    expect(figures['sla.breached']?.value).toBe(1)
    expect(figures['sla.at_risk']?.value).toBe(0)
  })
})

describe('flow', () => {
  test('adds up: backlog at the end = backlog at the start + net, in two parts', async () => {
    const at = (time: string) => ({ at: new Date(`2026-02-${time}Z`) })
    const old = await addBug(db, at('01T00:00:00'))
    const back = await addBug(db, at('02T00:00:00'))
    await changeBug(db, back, { status: 'closed', ...at('03T00:00:00') })
    await addBug(db, { status: 'closed', ...at('10T00:00:00') })
    await changeBug(db, old, { status: 'deferred', ...at('10T12:00:00') })
    await changeBug(db, back, { status: 'pending', ...at('11T00:00:00') })
    await addBug(db, at('11T23:59:59.999'))
    const { stdout, stderr } = await cto(
      { ...db, terminal: 100 },
      ...['metrics', 'flow', '--between', '2026-02-10..2026-02-11'],
    )
    expect(stdout).toContain(
      lines(
        'FROM        NEW  REOPENED  DONE  DELETED  NET  BACKLOG  OPEN  DEFERRED',
        '2026-02-10    1         0     1        0    0        1     0         1',
        '2026-02-11    1         1     0        0    2        3     2         1',
      ),
    )
    expect(stderr).toBe(
      lines('window: 2026-02-10 to 2026-02-11 (UTC)', 'backlog: 1 at the start + 2 net = 3 at the end'),
    )
  })

  test('is by day up to two weeks and by week beyond, in whole periods of the zone', async () => {
    const starts = async (...flags: string[]) =>
      (await dataOf<Flow>('flow', '--tz', 'Europe/Berlin', ...flags)).periods.map(({ from }) => from)
    const days = await starts('--since', '3d')
    expect(days).toEqual(['02-26', '02-27', '02-28', '03-01'].map((day) => berlinMidnight(day)))
    const weeks = await starts()
    expect(weeks).toEqual(
      ['01-25', '02-01', '02-08', '02-15', '02-22', '03-01'].map((day) => berlinMidnight(day)),
    )
    // A day that was named is kept.
    expect((await starts('--since', '2026-02-18', '--by', 'week'))[0]).toBe(berlinMidnight('02-17'))

    function berlinMidnight(dayBefore: string): string {
      return `2026-${dayBefore}T23:00:00.000Z`
    }
  })

  test('counts a deleted bug up to its deletion', async () => {
    const gone = async (id: string, at: Date, details: object) =>
      db.sql(
        `INSERT INTO audit_log (action, entity_type, entity_id, details, created_at)
         VALUES ('bug.delete', 'bug', $1, $2, $3)`,
        [id, JSON.stringify(details), at],
      )
    await addBug(db, { at: hoursAgo(80) })
    // Open when it was deleted; resolved before; there before the window.
    await gone('5eed0000-0000-4000-8000-000000000001', hoursAgo(10), {
      status: 'pending',
      createdAt: hoursAgo(50),
    })
    await gone('5eed0000-0000-4000-8000-000000000002', hoursAgo(10), {
      status: 'closed',
      createdAt: hoursAgo(50),
      resolvedAt: hoursAgo(20),
    })
    await gone('5eed0000-0000-4000-8000-000000000003', hoursAgo(10), {
      status: 'pending',
      createdAt: hoursAgo(2000),
    })
    const flow = await dataOf<Flow>('flow', '--by', 'month')
    const sum = (name: 'created' | 'resolved' | 'deleted' | 'net') =>
      flow.periods.reduce((total, period) => total + period[name], 0)
    expect([sum('created'), sum('resolved'), sum('deleted'), sum('net')]).toEqual([3, 1, 2, 0])
    expect([flow.before.backlog, flow.after.backlog, flow.unexplained]).toEqual([1, 1, 0])
  })

  test('reports a history that does not match the present state', async () => {
    const bug = await addBug(db, { at: hoursAgo(50) })
    await db.sql(`UPDATE bugs SET status = 'closed' WHERE id = $1`, [bug.id])
    await changeBug(db, bug, { status: 'pending', at: hoursAgo(5) })
    await db.sql(`UPDATE bugs SET status = 'deferred' WHERE id = $1`, [bug.id])
    await db.sql(`UPDATE bugs SET status = 'closed' WHERE id = $1`, [bug.id])
    const flow = await dataOf<{ unexplained: number; doubts: { check: string; count: number }[] }>('flow')
    expect(flow.unexplained).toBe(-1)
    expect(flow.doubts).toMatchObject([{ check: 'historyDoesNotReplay', count: 1 }])
  })
})

describe('money', () => {
  test('the cost of delay, and the return net of it, to the cent', async () => {
    const web = await addProject(db, 'web', {
      roiScore: '1.5',
      year3Revenue: '1000.00',
      dcfValuation: '10.00',
    })
    await addProject(db, 'app', { roiScore: '0.5', year3Revenue: '3000.00' })
    // 2.5 days at 0.10 and 1 day at 99.99; an unknown amount counts as nothing.
    await addBug(db, { projectId: web.id, revenueImpact: '0.10', at: hoursAgo(60) })
    await addBug(db, { projectId: web.id, revenueImpact: '99.99', at: hoursAgo(24) })
    await addBug(db, { projectId: web.id, at: hoursAgo(24) })
    const { figures, projects } = await dataOf<{ figures: Figures; projects: Record<string, string>[] }>(
      'portfolio',
    )
    expect(projects).toMatchObject([
      {
        name: 'web',
        openBugs: 3,
        revenueAtRisk: '100.09',
        costOfDelay: '100.24',
        roiScore: '1.5000',
        roiNet: '1.3998',
      },
      {
        name: 'app',
        openBugs: 0,
        revenueAtRisk: null,
        costOfDelay: null,
        roiScore: '0.5000',
        roiNet: '0.5000',
      },
    ])
    expect(figures['delay.cost']).toMatchObject({ value: '100.24', unit: 'USD', n: 2 })
    // (1.5 × 1000 + 0.5 × 3000) ÷ 4000, and less 100.24 ÷ 4000.
    expect(figures['portfolio.roi']).toMatchObject({ value: 0.75, n: 2 })
    expect(figures['portfolio.roi_net']).toMatchObject({ value: 0.7249, n: 2 })
    expect(figures['portfolio.active']).toMatchObject({ value: 2, n: 2 })
  })
})

test('the team: resolved bugs and load of each person', async () => {
  const [ada, ben] = [await addUser(db, 'ada'), await addUser(db, 'ben')]
  const done = await addBug(db, { severity: 'critical', assignedToId: ada.id, at: hoursAgo(10) })
  await changeBug(db, done, { status: 'closed', at: hoursAgo(8) })
  await addBug(db, { severity: 'high', assignedToId: ada.id, estimatedHours: '3.50', at: hoursAgo(1) })
  await addBug(db, { severity: 'critical', assignedToId: ben.id, revenueImpact: '7.00', at: hoursAgo(5) })
  await addBug(db, { severity: 'critical' })
  const { members, imbalance } = await dataOf<{ members: unknown[]; imbalance: number }>('team')
  expect(members).toMatchObject([
    {
      name: 'Ben',
      resolved: 0,
      medianResolution: null,
      slaCompliance: 0,
      slaJudged: 1,
      open: 1,
      points: 8,
      breached: 1,
      estimatedHours: null,
      revenueAtRisk: '7.00',
    },
    {
      name: 'Ada',
      resolved: 1,
      medianResolution: 2,
      slaCompliance: 1,
      slaJudged: 1,
      open: 1,
      points: 4,
      breached: 0,
      estimatedHours: '3.50',
      revenueAtRisk: null,
    },
  ])
  // 8 ÷ 6, the median of 4 and 8.
  expect(imbalance).toBe(1.3333)
})

test('hours that a bug was created with count at its creation', async () => {
  const bug = await addBug(db, { actualHours: '2.50', at: hoursAgo(48) })
  await changeBug(db, bug, { addHours: '1.00', at: hoursAgo(24) })
  await changeBug(db, bug, { actualHours: '3.00', at: hoursAgo(12) })
  const figures = await dataOf<Figures>('engineering')
  expect(figures['effort.hours']).toMatchObject({ value: 3.5, n: 2 })
})

describe('cto metrics explain', () => {
  test('--rows shows the bugs behind a figure, the largest first', async () => {
    for (const hours of [3, 12]) {
      const bug = await addBug(db, { at: hoursAgo(50) })
      await changeBug(db, bug, { status: 'closed', at: hoursAgo(50 - hours) })
    }
    await addBug(db)
    const { stdout } = await cto(
      db,
      'metrics',
      'explain',
      'resolution.p50',
      '--rows',
      '--fields',
      'bugNumber,measured',
    )
    expect(stdout).toBe(lines('bugNumber\tmeasured', 'BUG-1002\t12.0000', 'BUG-1001\t3.0000'))
  })

  test('--rows gives the unit and the figure, and does not round what is rounded only in the figure', async () => {
    const bug = await addBug(db, { at: hoursAgo(50) })
    await changeBug(db, bug, { status: 'closed', at: hoursAgo(50 - 1 / 3) })
    const explain = (...flags: string[]) =>
      cto({ ...db, terminal: 80 }, 'metrics', 'explain', ...flags, '--rows', '--fields', 'measured')
    const { stdout, stderr } = await explain('resolution.p50')
    expect(stdout).toMatch(/^ +MEASURED\n0\.3333333333\n$/)
    expect(stderr).toMatch(/^MEASURED is in hours; median time to resolution: 0\.33 hours \(n 1\)$/m)
    expect((await explain('sla.compliance')).stderr).toMatch(
      /^MEASURED is 1 for what counts, 0 for the rest; SLA compliance: /m,
    )
  })

  test.each([
    ['sessions.count', 'sessions', 'cto sessions list'],
    ['sessions.active_hours', 'sessions', 'cto sessions list'],
    ['tools.calls', 'calls of tools and requests to language models', 'cto tools list'],
    ['portfolio.valuation', 'projects', 'cto metrics portfolio'],
    ['project.health', 'projects', 'cto metrics portfolio'],
    ['workload.imbalance', 'the open bugs of each person', 'cto metrics team'],
  ])('--rows of %s names the records it is computed from: %s', async (id, records, fix) => {
    expect(await cto(db, 'metrics', 'explain', id, '--rows')).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: lines(`error: ${id} is computed from ${records}, which --rows does not list`, `  fix: ${fix}`),
    })
  })

  test('its SQL gives the figure', async () => {
    await addBug(db, { severity: 'critical', at: hoursAgo(5) })
    const { sql, value } = await explained('sla.breached')
    const [row] = await db.sql<{ figures: Record<string, { value: number }> }>(sql)
    expect([row?.figures['sla.breached']?.value, value]).toEqual([1, 1])
  })

  test('a person sees its SQL only with --sql, JSON always has it', async () => {
    await addBug(db)
    const explain = (...flags: string[]) =>
      cto({ ...db, terminal: 80 }, 'metrics', 'explain', 'open.total', ...flags)
    const { stdout } = await explain()
    expect(stdout).toMatch(/^VALUE +1$/m)
    expect(stdout).not.toContain('SELECT')
    expect((await explain('--sql')).stdout).toMatch(/^SQL +SELECT/m)
    expect((await explain('--fields', 'sql')).stdout).toMatch(/^SQL +SELECT/)
    expect((await explained('open.total')).sql).toContain('SELECT')
    expect((await explain('--sql', '--rows')).exitCode).toBe(2)
    expect(await cto(db, 'metrics', 'explain', '--sql')).toMatchObject({
      exitCode: 2,
      stderr: lines('error: --sql needs a metric', '  fix: cto metrics explain sla.breached --sql'),
    })
  })

  test('every metric has SQL that runs, now and as of a day', async () => {
    const { stdout } = await cto(db, 'metrics', 'explain', '-f', 'ids')
    for (const id of stdout.trim().split('\n')) {
      for (const flags of [[], ['--as-of', '2026-02-20']]) {
        const { sql } = await explained(id, ...flags)
        expect(Object.keys((await db.sql<{ figures: object }>(sql))[0]?.figures ?? {})).toEqual([id])
      }
    }
  }, 60_000)

  test('an unknown metric is exit 3 and names the nearest', async () => {
    const { exitCode, stderr } = await cto(db, 'metrics', 'explain', 'open.critcal')
    expect([exitCode, stderr]).toEqual([
      3,
      'error: no metric "open.critcal"\n  did you mean "open.critical"?\n  fix: cto metrics explain lists them all\n',
    ])
  })

  function explained(id: string, ...flags: string[]): Promise<{ sql: string; value: unknown }> {
    return dataOf('explain', id, ...flags)
  }
})

test('cto metrics daily: the last days of a project, the newest first', async () => {
  const web = await addProject(db, 'web')
  for (const day of ['2026-02-01', '2026-02-28', '2026-03-02']) {
    await db.sql(
      `INSERT INTO project_metrics (id, project_id, date, commits_count, health_score) VALUES (gen_random_uuid(), $1, $2, 3, 70)`,
      [web.id, day],
    )
  }
  const { stdout } = await cto(
    db,
    'metrics',
    'daily',
    '-p',
    'web',
    '--days',
    '7',
    '--fields',
    'date,commitsCount',
  )
  expect(stdout).toBe(lines('date\tcommitsCount', '2026-03-02\t3', '2026-02-28\t3'))
})

test.each([
  ['--between 2026-02-01..2026-02-28', ['2026-02-28', '2026-02-01']],
  ['--between 2026-02-28', ['2026-02-28']],
  ['--since 2026-02-02', ['2026-03-02', '2026-02-28']],
  ['--since 3d', ['2026-03-02', '2026-02-28']],
])('cto metrics daily %s shows the days from the first to the last', async (bounds, days) => {
  const web = await addProject(db, 'web')
  for (const day of ['2026-01-31', '2026-02-01', '2026-02-28', '2026-03-02']) {
    await db.sql(`INSERT INTO project_metrics (id, project_id, date) VALUES (gen_random_uuid(), $1, $2)`, [
      web.id,
      day,
    ])
  }
  const argv = ['metrics', 'daily', ...bounds.split(' '), '--fields', 'date', '--no-header']
  expect((await cto(db, ...argv)).stdout.trimEnd().split('\n')).toEqual(days)
  expect((await cto(db, ...argv, '--days', '7')).exitCode).toBe(2)
})
