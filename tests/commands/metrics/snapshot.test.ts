import { beforeEach, describe, expect, test } from 'vitest'
import type { MonthlyMetrics } from '../../../src/data/metrics/monthly-metrics.js'
import type { Snapshot } from '../../../src/data/metrics/snapshot.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug, addProject, changeBug } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'
import { auditOf } from '../../helpers/records.js'

const db = useDatabase()

test('sums have room for the largest amounts', async () => {
  const most = '999999999999.99'
  await db.sql(`INSERT INTO settings (key, value) VALUES ('hourlyRate', to_jsonb($1::text))`, [most])
  for (const name of ['web', 'shop']) {
    const { id } = await addProject(db, name, { monthlyInfraCost: most, year3Revenue: most })
    await addBug(db, { projectId: id, revenueImpact: most, actualHours: '99999999.99' })
  }
  const { exitCode, stdout, stderr } = await cto(db, 'metrics', 'snapshot', '--json')
  expect(exitCode, stderr).toBe(0)
  expect((JSON.parse(stdout) as { data: Snapshot }).data).toMatchObject({
    monthly: [{}, { engHours: '199999999.98', revenueImpactDaily: '1999999999999.98' }],
    portfolio: { monthlyDepsCost: '1999999999999.98', year3RevenueTotal: '1999999999999.98' },
  })
})

describe('a month', () => {
  beforeEach(addExample)

  test('is computed from the history up to its end, which is excluded', async () => {
    const [february] = (await takeSnapshot()).monthly
    expect(february).toMatchObject({
      month: '2026-02-01',
      totalBugs: 2,
      criticalBugs: 1,
      highBugs: 0,
      mediumBugs: 0,
      lowBugs: 1,
      revenueImpactDaily: '100.00',
      bugsCreated: 5,
      bugsResolved: 4,
      engHours: '5.50',
      hourlyRate: '100.00',
      totalCost: '560.10',
      // 6, 4 and 0 days.
      avgResolutionDays: '3.33',
      assumptions: {
        final: true,
        currency: 'USD',
        infrastructure: '10.10',
        infrastructureFrom: 'today',
        resolutionSample: 3,
      },
    })
  })

  test('that is running is computed from the history up to now', async () => {
    const [, march] = (await takeSnapshot()).monthly
    expect(march).toMatchObject({
      month: '2026-03-01',
      totalBugs: 3,
      criticalBugs: 2,
      highBugs: 1,
      mediumBugs: 0,
      lowBugs: 0,
      revenueImpactDaily: '307.00',
      bugsCreated: 1,
      bugsResolved: 1,
      engHours: null,
      totalCost: '10.10',
      avgResolutionDays: '0.00',
      assumptions: { final: false, infrastructureFrom: 'snapshot', resolutionSample: 1 },
    })
  })

  test('is printed as a table, with the portfolio', async () => {
    const { stdout, stderr } = await cto({ ...db, terminal: 100 }, 'metrics', 'snapshot')
    expect(stdout).toBe(
      lines(
        'MONTH           OPEN  CRIT  HIGH  MED  LOW  NEW  DONE  DAYS  HOURS    COST  AT RISK/DAY',
        '2026-02            2     1     0    0    1    5     4  3.33   5.50  560.10          100',
        '2026-03 so far     3     2     1    0    0    1     1  0.00      —   10.10          307',
      ),
    )
    expect(stderr).toBe(
      lines(
        `target: ${db.target}`,
        'portfolio on 2026-03-02: projects 1, shipped 0, valuation 79.50, infrastructure 10.10 a month',
        'cost: hours × USD 100 an hour (shared setting hourlyRate) + infrastructure',
      ),
    )
  })

  test('is the same row however often and on whatever day it is stored', async () => {
    const first = await takeSnapshot()
    const again = await takeSnapshot()
    const later = await takeSnapshot('2026-03-20T23:59:59Z')
    expect(again).toEqual(first)
    expect(later.monthly).toEqual(first.monthly)
    expect(later.portfolio.snapshotDate).toBe('2026-03-20')
    const audit = await auditOf(db)
    const written = audit.filter(({ action }) => action === 'metrics.snapshot').map(({ details }) => details)
    expect(written).toHaveLength(4)
    expect(written).toEqual(
      expect.arrayContaining([
        { snapshotDate: '2026-03-02' },
        { month: '2026-02-01', final: true },
        { month: '2026-03-01', final: false },
        { snapshotDate: '2026-03-20' },
      ]),
    )
  })

  test('becomes final in the next month, without losing its id', async () => {
    const [, march] = (await takeSnapshot()).monthly
    const [closed, april] = (await takeSnapshot('2026-04-01T00:00:00Z')).monthly
    expect(closed).toEqual({ ...march, assumptions: { ...march?.assumptions, final: true } })
    expect(april).toMatchObject({
      month: '2026-04-01',
      totalBugs: 3,
      bugsCreated: 0,
      avgResolutionDays: null,
    })
  })
})

describe('a final month', () => {
  beforeEach(async () => {
    await addExample()
    await takeSnapshot()
  })

  test('is not changed when history differs by now, and the difference is reported', async () => {
    await addBug(db, { title: 'reported late', severity: 'low', at: new Date('2026-02-16T00:00:00Z') })
    const { stdout, stderr } = await cto({ ...db, terminal: 100 }, 'metrics', 'snapshot')
    expect(stdout).toContain('2026-02            2     1     0    0    1    5 ')
    expect(stderr.replaceAll(/\n */g, ' ')).toContain(
      '2026-02 is closed and keeps its stored figures, which differ from history: ' +
        'totalBugs 2, now 3; lowBugs 1, now 2; bugsCreated 5, now 6; --rewrite replaces them ',
    )
    expect((await takeSnapshot()).differences).toEqual([
      { month: '2026-02-01', field: 'totalBugs', stored: 2, computed: 3 },
      { month: '2026-02-01', field: 'lowBugs', stored: 1, computed: 2 },
      { month: '2026-02-01', field: 'bugsCreated', stored: 5, computed: 6 },
    ])
  })

  test('is replaced by --rewrite', async () => {
    const [before] = (await takeSnapshot()).monthly
    await addBug(db, { title: 'reported late', severity: 'low', at: new Date('2026-02-16T00:00:00Z') })
    const { monthly, differences } = await takeSnapshot(undefined, '--rewrite')
    expect(monthly[0]).toEqual({ ...before, totalBugs: 3, lowBugs: 2, bugsCreated: 6 })
    expect(differences).toEqual([])
  })

  test('keeps its hourly rate and infrastructure, whatever they are today', async () => {
    await db.sql(`INSERT INTO settings (key, value) VALUES ('hourlyRate', '80')`)
    await db.sql(`UPDATE projects SET monthly_infra_cost = 50`)
    const { monthly, differences } = await takeSnapshot()
    expect(differences).toEqual([])
    expect(monthly).toMatchObject([
      { hourlyRate: '100.00', totalCost: '560.10' },
      { hourlyRate: '80.00', totalCost: '50.00' },
    ])
  })
})

describe('cto metrics snapshot', () => {
  test('takes the infrastructure of a past month from the last portfolio snapshot up to its end', async () => {
    await addExample()
    await takeSnapshot('2026-02-27T12:00:00Z')
    await db.sql(`UPDATE projects SET monthly_infra_cost = 50`)
    await takeSnapshot('2026-03-01T00:00:00Z')
    const [february] = (await takeSnapshot()).monthly
    expect(february).toMatchObject({
      totalCost: '560.10',
      assumptions: { infrastructure: '10.10', infrastructureFrom: 'snapshot' },
    })
  })

  test('without hours, money or repositories has empty figures instead of zeros, stored months too', async () => {
    await addProject(db, 'web')
    const bug = await addBug(db, { projectId: (await addProject(db, 'shop')).id, severity: 'critical' })
    const { monthly, portfolio } = await takeSnapshot()
    const unknown = { engHours: null, totalCost: null, revenueImpactDaily: null, avgResolutionDays: null }
    expect(monthly).toMatchObject([unknown, { ...unknown, totalBugs: 1 }])
    expect(portfolio).toMatchObject({
      totalProjects: 2,
      year3RevenueTotal: null,
      portfolioDcfTotal: null,
      monthlyDepsCost: null,
    })
    const { stderr } = await cto(db, 'metrics', 'snapshot')
    expect(stderr).toContain('valuation —, infrastructure — a month\n')

    await changeBug(db, bug, {
      revenueImpact: '0.00',
      addHours: '2.00',
      at: new Date('2026-03-05T00:00:00Z'),
    })
    await takeSnapshot('2026-03-20T00:00:00Z')
    const { stdout } = await cto(
      { ...db, now: new Date('2026-03-21T00:00:00Z') },
      'metrics',
      'monthly',
      '--json',
    )
    expect((JSON.parse(stdout) as { data: unknown[] }).data).toMatchObject([
      {
        month: '2026-03-01',
        engHours: '2.00',
        totalCost: '200.00',
        revenueImpactDaily: '0.00',
        change: { totalBugs: 1, engHours: null, totalCost: null, revenueImpactDaily: null },
      },
      { month: '2026-02-01', ...unknown },
    ])
    const verified = await cto({ ...db, now: new Date('2026-04-02T00:00:00Z') }, 'metrics', 'verify')
    expect(verified.exitCode, verified.stdout).toBe(0)
    const daily = await cto(db, 'metrics', 'daily', '--project', 'shop', '--json')
    expect((JSON.parse(daily.stdout) as { data: unknown[] }).data).toMatchObject([
      { commitsCount: null, contributors: null, linesOfCode: null, healthScore: 60 },
    ])
    const shown = await cto({ ...db, terminal: 80 }, 'projects', 'show', 'shop')
    expect(shown.stdout).toContain('2026-03-20: health 0')
  })

  test('of an empty database has no resolution time instead of 0', async () => {
    const { stdout } = await cto(db, 'metrics', 'snapshot', '--fields', 'month,totalBugs,avgResolutionDays')
    expect(stdout).toBe(lines('month\ttotalBugs\tavgResolutionDays', '2026-02-01\t0\t', '2026-03-01\t0\t'))
  })

  test('--dry-run prints the same and stores nothing', async () => {
    await addExample()
    const { stdout, exitCode } = await cto(db, 'metrics', 'snapshot', '--json', '--dry-run')
    const { data } = JSON.parse(stdout) as { data: Snapshot & { dryRun: boolean } }
    expect(exitCode).toBe(0)
    expect(data).toMatchObject({ dryRun: true, monthly: [{ totalBugs: 2 }, { totalBugs: 3 }] })
    expect(await db.sql('SELECT 1 FROM monthly_metrics')).toEqual([])
    expect(await db.sql('SELECT 1 FROM portfolio_metrics')).toEqual([])
  })
})

async function takeSnapshot(
  at?: string,
  ...flags: string[]
): Promise<Snapshot & { monthly: MonthlyMetrics[] }> {
  const world = at === undefined ? db : { ...db, now: new Date(at) }
  const { stdout, stderr, exitCode } = await cto(world, 'metrics', 'snapshot', '--json', ...flags)
  expect(exitCode, stderr).toBe(0)
  return (JSON.parse(stdout) as { data: Snapshot }).data
}

/** Seven bugs around February 2026, which ends as 2026-03-01T00:00:00Z begins. */
async function addExample(): Promise<void> {
  const at = (time: string) => ({ at: new Date(`2026-${time}Z`) })
  await addProject(db, 'web', { dcfValuation: '79.50', monthlyInfraCost: '10.10' })

  // Open all along; medium until the 15th; worth 100 a day until the last moment of February.
  const open = await addBug(db, { severity: 'medium', revenueImpact: '100.00', ...at('01-10T00:00:00') })
  await changeBug(db, open, { severity: 'critical', ...at('02-15T00:00:00') })
  await changeBug(db, open, { revenueImpact: '300.00', ...at('03-01T00:00:00') })

  // Resolved twice: 11 days, less 3 until it was reopened, less 2 deferred. The correction of hours is no work.
  const twice = await addBug(db, { severity: 'high', ...at('02-03T00:00:00') })
  await changeBug(db, twice, { status: 'shipped', addHours: '3.00', ...at('02-07T00:00:00') })
  await changeBug(db, twice, { status: 'pending', ...at('02-10T00:00:00') })
  await changeBug(db, twice, { status: 'deferred', ...at('02-11T00:00:00') })
  await changeBug(db, twice, { status: 'in_progress', ...at('02-13T00:00:00') })
  await changeBug(db, twice, { status: 'closed', addHours: '2.50', ...at('02-14T00:00:00') })
  await changeBug(db, twice, { actualHours: '4.00', ...at('02-15T00:00:00') })

  // From the last millisecond of February to the first moment of March.
  const late = await addBug(db, { severity: 'low', ...at('02-28T23:59:59.999') })
  await changeBug(db, late, { status: 'closed', ...at('03-01T00:00:00') })

  await addBug(db, { severity: 'medium', status: 'closed', ...at('02-20T00:00:00') })

  const paused = await addBug(db, { severity: 'high', ...at('02-24T00:00:00') })
  await changeBug(db, paused, { status: 'deferred', ...at('02-25T00:00:00') })

  await addBug(db, { severity: 'critical', revenueImpact: '7.00', ...at('03-01T12:00:00') })

  // Resolved after 4 days, and back in March: February still knows it as resolved.
  const back = await addBug(db, { severity: 'high', ...at('02-01T00:00:00') })
  await changeBug(db, back, { status: 'closed', ...at('02-05T00:00:00') })
  await changeBug(db, back, { status: 'pending', ...at('03-01T10:00:00') })
}
