import { describe, expect, test } from 'vitest'
import { changeBug as changeFacts } from '../../../src/domain/bug-change.js'
import { priority } from '../../../src/domain/priority.js'
import { getBugs } from '../../../src/data/bugs/bugs.js'
import { cto, now } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug } from '../../helpers/factories.js'
import { lines } from '../../helpers/lines.js'
import { auditOf } from '../../helpers/records.js'

const db = useDatabase()

describe('cto db seed', () => {
  test('stores a small organisation with every severity and every state of the SLA', async () => {
    const { stdout, exitCode } = await cto(db, 'db', 'seed')
    expect(exitCode).toBe(0)
    expect(stdout).toBe(
      'sample data stored: 6 users, 5 projects, 10 bugs with 24 changes, 12 days and 3 months of metrics, 2 imports\n',
    )
    const fields = [
      '--status',
      'all',
      '--sort',
      'bugNumber',
      '--fields',
      'bugNumber,severity,status,sla.state',
    ]
    const bugs = await cto(db, 'bugs', 'list', ...fields, '--no-header')
    expect(bugs.stdout).toBe(
      lines(
        'BUG-1001\tmedium\tshipped\tmissed',
        'BUG-1002\tlow\tclosed\tmet',
        'BUG-1003\tcritical\tshipped\tmissed',
        'BUG-1004\tmedium\tdeferred\tpaused',
        'BUG-1005\tlow\tpending\ton_track',
        'BUG-1006\tcritical\tin_progress\tbreached',
        'BUG-1007\tmedium\tin_progress\ton_track',
        'BUG-1008\thigh\tpending\tat_risk',
        'BUG-1009\thigh\tpending\ton_track',
        'BUG-1010\tcritical\tin_progress\ton_track',
      ),
    )
  })

  test('changes nothing when it is run again, even later and with other data present', async () => {
    await cto(db, 'db', 'seed')
    await addBug(db)
    const before = await everything()
    const later = { ...db, now: new Date('2026-05-01T00:00:00Z') }
    const { stdout, exitCode } = await cto(later, 'db', 'seed', '--json')
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ data: { size: 'small', seeded: false, rows: { bugs: 11 } } })
    expect(await everything()).toEqual(before)
  })

  test('refuses if there are other data, unless --force', async () => {
    await addBug(db)
    const refused = await cto(db, 'db', 'seed')
    expect(refused).toMatchObject({ exitCode: 4, stdout: '' })
    expect(refused.stderr).toBe(
      lines(
        `target: ${db.target}`,
        'error: the database holds other data',
        '  bugs 1',
        '  fix: to add sample data to it anyway: cto db seed --force',
      ),
    )
    expect(await db.sql('SELECT 1 FROM users')).toEqual([])
    expect(await cto(db, 'db', 'seed', '--force')).toMatchObject({ exitCode: 0 })
    expect(await db.sql('SELECT 1 FROM bugs')).toHaveLength(11)
  })

  test('stores months that recompute to the same values', async () => {
    await cto(db, 'db', 'seed')
    const { stdout } = await cto(db, 'metrics', 'snapshot', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      data: { monthly: [{ month: '2026-02-01', assumptions: { final: true } }, {}], differences: [] },
    })
    const months = await db.sql(
      'SELECT bugs_created, bugs_resolved, eng_hours FROM monthly_metrics ORDER BY month',
    )
    expect(months).toEqual([
      { bugs_created: 1, bugs_resolved: 2, eng_hours: '3.50' },
      { bugs_created: 1, bugs_resolved: 1, eng_hours: '14.00' },
      { bugs_created: 1, bugs_resolved: 0, eng_hours: '0.00' },
      { bugs_created: 5, bugs_resolved: 0, eng_hours: '5.50' },
    ])
  })

  test('with --dry-run stores nothing', async () => {
    const { stdout } = await cto(db, 'db', 'seed', '--dry-run', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ data: { seeded: true, dryRun: true, rows: { bugs: 10 } } })
    expect(await db.sql('SELECT 1 FROM users')).toEqual([])
  })

  test('--bugs belongs to the large set', async () => {
    expect(await cto(db, 'db', 'seed', '--bugs', '5')).toMatchObject({ exitCode: 2 })
  })
})

describe('cto db seed --size large', () => {
  test('creates the requested number of bugs, about 15 in 100 of them open', async () => {
    const { stdout, stderr } = await cto(db, 'db', 'seed', '--size', 'large', '--bugs', '1000', '--json')
    expect(stderr).toBe(`target: ${db.target}\n`)
    expect(JSON.parse(stdout)).toMatchObject({
      data: { seeded: true, rows: { bugs: 1000, users: 100, projects: 200, projectMetrics: 50_000 } },
    })
    const [{ open } = { open: 0 }] = await db.sql<{ open: number }>(
      `SELECT count(*)::int AS open FROM bugs WHERE status IN ('pending', 'in_progress', 'verified')`,
    )
    expect(open).toBeGreaterThan(110)
    expect(open).toBeLessThan(190)
    const seeds = (await auditOf(db)).filter(({ action }) => action === 'db.seed')
    expect(seeds).toMatchObject([{ details: { size: 'large' } }])
    await expectRulesKept()
    await expectFactsKept()
  })
})

/** Checks that what is stored of repositories and sessions is what would follow from the facts. */
async function expectFactsKept(): Promise<void> {
  const [counts] = await db.sql(
    `SELECT (SELECT count(*) FROM pull_requests)::int AS pulls, (SELECT count(*) FROM issues)::int AS issues,
       (SELECT count(*) FROM events)::int AS events, (SELECT count(*) FROM metrics_sessions)::int AS sessions,
       (SELECT count(*) FROM tool_events)::int AS calls, (SELECT sum(execution_count) FROM tool_metrics)::int AS summed`,
  )
  expect(counts).toEqual({ pulls: 300, issues: 100, events: 500, sessions: 100, calls: 1000, summed: 1000 })
  const misplaced = await db.sql(
    `SELECT p.number FROM pull_requests p
     WHERE least(p.first_commit_at, p.opened_at) > p.merged_at OR p.merged_at > $1 OR p.deployed_at IS DISTINCT FROM (
       SELECT min(d.finished_at) FROM deployments d
       WHERE d.repository_id = p.repository_id AND d.status = 'success' AND d.previous_id IS NOT NULL
         AND d.finished_at >= p.merged_at)`,
    [now],
  )
  expect(misplaced).toEqual([])
  const outside = await db.sql(
    `SELECT id FROM metrics_sessions WHERE session_end > $1 OR session_end IS NULL OR isempty(active)`,
    [now],
  )
  expect(outside).toEqual([])
}

/** Checks every bug with the rules of the domain: an empty change does not change it, and its history replays. */
async function expectRulesKept(): Promise<void> {
  const ids = await db.sql<{ id: string }>('SELECT id::text FROM bugs')
  const bugs = await db.read((tx) => getBugs(tx, { ids: ids.map(({ id }) => id), now }))
  for (const bug of bugs) {
    expect(bug.priorityScore).toBe(priority(bug))
    const facts = { ...bug, links: JSON.stringify(bug.links) }
    expect(changeFacts(facts, { priority: 'auto' }, { now }).history).toEqual([])
    expect(bug.resolvedAt !== null, bug.bugNumber).toBe(['shipped', 'closed'].includes(bug.status))
    expect(bug.slaStoppedAt === null).toBe(['pending', 'in_progress', 'verified'].includes(bug.status))
  }
  const disagreeing = await db.sql(
    `SELECT b.bug_number, h.field_changed, h.new_value
     FROM bugs b
     JOIN LATERAL (
       SELECT DISTINCT ON (field_changed) field_changed, new_value
       FROM bug_history WHERE bug_id = b.id
       ORDER BY field_changed, changed_at DESC, seq DESC
     ) h ON true
     WHERE h.new_value IS DISTINCT FROM CASE h.field_changed
       WHEN 'status' THEN b.status::text
       WHEN 'severity' THEN b.severity::text
       WHEN 'assignedToId' THEN b.assigned_to_id::text
       WHEN 'actualHours' THEN b.actual_hours::text
     END`,
  )
  expect(disagreeing).toEqual([])
}

async function everything(): Promise<unknown> {
  const tables = [
    'users',
    'projects',
    'bugs',
    'bug_history',
    'project_metrics',
    'monthly_metrics',
    'portfolio_metrics',
    'import_logs',
    'audit_log',
  ]
  const rows = []
  for (const table of tables) rows.push(await db.sql(`SELECT * FROM ${table} ORDER BY id`))
  return rows
}
