import { beforeEach, describe, expect, test } from 'vitest'
import { dayMs } from '../../../src/domain/duration.js'
import { cto, now, type World } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'

const db = useDatabase()

describe('cto demo', () => {
  let world: World

  beforeEach(({ skip }) => {
    skip(db.engine !== 'embedded', 'the demo never goes to a server')
    world = db
  })

  test('stores the sample data, imports an export, and prints the KPIs', async () => {
    const { stdout, stderr, exitCode } = await cto(world, 'demo')
    expect(exitCode).toBe(0)
    expect(stderr).toBe(`target: ${db.target}\n`)
    expect(stdout).toBe(
      lines(
        'Six invented people, five projects and ten bugs were stored.',
        '12 bugs were imported from jira-export.csv, an export of Jira.',
        `They are in: ${db.target}`,
        '',
        'Current figures',
        'METRIC                  WHAT                      VALUE  UNIT      N',
        'open.total              open bugs                    13  bugs     13',
        'open.critical           open critical bugs            4  bugs     13',
        'open.high               open high bugs                4  bugs     13',
        'open.medium             open medium bugs              3  bugs     13',
        'open.low                open low bugs                 2  bugs     13',
        'open.blockers           open blockers                 2  bugs     13',
        'sla.breached            open SLA breaches             8  bugs     13',
        'revenue.at_risk_daily   revenue at risk      USD 11,950  a day     3',
        'portfolio.valuation     portfolio valuation  USD 30.3 M            5',
        'portfolio.monthly_cost  monthly cost         USD 38,100  a month   5',
        '',
        'What hurts most: critical bugs that are open',
        'BUG       PRIO  SLA       TITLE',
        'BUG-1006    88  breached  Model gateway leaks memory until it is killed',
        'BUG-1010    76  on track  Checkout answers 502 for one card in twenty',
        'BUG-1012    75  breached  Refunds above 10,000 are booked twice',
        'BUG-1011    60  breached  Card payments fail for customers with an apostrophe in their name',
        '',
        'Try next',
        '  cto bugs list                           open bugs, the highest priority first',
        '  cto bugs show BUG-1006                  one of them, whole',
        '  cto bugs assign BUG-1006 --to aiko      assign it to a user',
        '  cto metrics kpis --json                 the figures, for a program',
        '  cto db reset                            delete the demo, then import your own',
        '  cto import csv export.csv --type bugs   an export of your tracker',
      ),
    )
  })

  test('wraps nothing at 80 columns', async () => {
    const { stdout } = await cto({ ...world, terminal: 80 }, 'demo')
    for (const line of stdout.split('\n').filter((each) => !each.startsWith('They are in: ')))
      expect(line.length, line).toBeLessThanOrEqual(80)
    expect(stdout).toContain(
      '\nBUG       PRIO  SLA       TITLE\nBUG-1006    88  breached  Model gateway leaks',
    )
  })

  test('lists its bugs in the same order on every machine', async () => {
    await cto(world, 'demo')
    const { stdout } = await cto(world, 'bugs', 'list', '--severity', 'high,medium', '-f', 'ids')
    // 1009, 1014 and 1016 have one priority, and 1007, 1013 and 1015 another: imported bugs as they were stored, then the sample.
    const numbers = stdout
      .trim()
      .split('\n')
      .map((id) => Number(id.slice(4)))
    expect(numbers).toEqual([1008, 1014, 1016, 1009, 1013, 1015, 1007])
  })

  test('agrees with itself: the closed months are those of its history', async () => {
    await cto(world, 'demo')
    const { exitCode, stderr } = await cto(world, 'metrics', 'verify')
    expect([exitCode, stderr]).toEqual([0, '3 closed months: 3 as stored, 0 different\n'])
  })

  test.each(['00:05', '09:00', '23:50'])('shows the same ages when it is set up at %s', async (time) => {
    const at = new Date(`2026-03-02T${time}:00Z`)
    await cto({ ...world, now: at }, 'demo')
    const later = { ...world, terminal: 80, now: new Date(at.getTime() + 120_000) }
    const { stdout } = await cto(later, 'bugs', 'list', '--fields', 'bugNumber,sla', '-L', '5')
    expect(stdout.split('\n').slice(1, -1)).toEqual([
      'BUG-1006  breached, 26 h late',
      'BUG-1010  on track, 2 h left',
      'BUG-1012  breached, 4 d late',
      'BUG-1011  breached, 3 d late',
      'BUG-1008  at risk, 2 h left',
    ])
  })

  test('is of the present: its export was written a day ago, and a second run moves nothing', async () => {
    await cto(world, 'demo')
    const dates = () =>
      db.sql<{ last: Date; first: Date }>(
        'SELECT max(external_updated_at) AS last, min(created_at) AS first FROM bugs WHERE external_source IS NOT NULL',
      )
    const before = await dates()
    expect(before).toEqual([
      { last: new Date('2026-03-01T08:54:00Z'), first: new Date('2026-01-12T09:23:00Z') },
    ])
    await cto({ ...world, now: new Date(now.getTime() + 10 * dayMs) }, 'demo')
    expect(await dates()).toEqual(before)
  })

  test('its months and its flow agree', async () => {
    await cto(world, 'demo')
    const monthly = await cto(world, 'metrics', 'monthly', '--json')
    const flow = await cto(
      ...([
        world,
        'metrics',
        'flow',
        '--between',
        '2025-12-01..2026-02-28',
        '--by',
        'month',
        '--json',
      ] as const),
    )
    const { data: months } = JSON.parse(monthly.stdout) as { data: { month: string; totalBugs: number }[] }
    const { data } = JSON.parse(flow.stdout) as {
      data: { periods: { from: string; open: number; created: number; resolved: number }[] }
    }
    const periods = data.periods.map(({ from, ...period }) => ({ month: from.slice(0, 10), ...period }))
    expect(periods).toHaveLength(3)
    expect(periods.at(-1)?.open).toBeGreaterThan(5)
    for (const { month, open, created, resolved } of periods) {
      expect(months.find((each) => each.month === month)).toMatchObject({
        totalBugs: open,
        bugsCreated: created,
        bugsResolved: resolved,
      })
    }
  })

  test('run again changes nothing, even after its own bugs were changed', async () => {
    await cto(world, 'demo')
    await cto(world, 'bugs', 'ship', 'BUG-1006', '--force')
    const before = await counts()
    const { stdout, exitCode } = await cto(world, 'demo', '--json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      data: {
        kpis: { 'open.total': { value: 12, n: 12 } },
        critical: [{ bugNumber: 'BUG-1010' }, { bugNumber: 'BUG-1012' }, { bugNumber: 'BUG-1011' }],
        import: { file: 'jira-export.csv', created: 12, rejected: 0 },
        stored: false,
      },
    })
    expect(await counts()).toEqual(before)
  })

  test('refuses a database that holds other bugs', async () => {
    await addBug(db)
    const { stdout, stderr, exitCode } = await cto(world, 'demo')
    expect(exitCode).toBe(4)
    expect(stdout).toBe('')
    expect(stderr).toContain('other rows: bugs 1\n')
    expect(await db.sql('SELECT 1 FROM users')).toEqual([])
  })

  test('uses the embedded database whatever DATABASE_URL is, and prints it', async () => {
    const env = { ...world.env, DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/nothing' }
    const { stderr, exitCode } = await cto({ ...world, env }, 'demo')
    expect(exitCode).toBe(0)
    expect(stderr).toBe(
      lines(
        `target: ${db.target}`,
        'DATABASE_URL is set: other commands use that server, and see nothing of the demo',
      ),
    )
  })

  test('with --dry-run stores nothing', async () => {
    const { stdout, exitCode } = await cto(world, 'demo', '--dry-run', '--json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      data: { dryRun: true, import: { importId: null, created: 12 } },
    })
    expect(await counts()).toEqual({ bugs: 0, history: 0, users: 0, imports: 0, audit: 0 })
  })

  async function counts(): Promise<unknown> {
    const [row] = await db.sql(`
      SELECT
        (SELECT count(*)::int FROM bugs) AS bugs, (SELECT count(*)::int FROM bug_history) AS history,
        (SELECT count(*)::int FROM users) AS users, (SELECT count(*)::int FROM import_logs) AS imports,
        (SELECT count(*)::int FROM audit_log) AS audit`)
    return row
  }
})
