import { beforeAll, expect, test } from 'vitest'
import { parseLayout } from '../../../src/domain/dashboard-layout.js'
import { cto, type World } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { data, withoutSchema } from '../../helpers/workspaces.js'

const db = useDatabase()

const domains = ['startup-xyz', 'acme-corp', 'fortium-demo']

let world: World

beforeAll(async () => {
  world = withoutSchema(db)
  await data(world, 'workspaces', 'init')
})

interface Schema {
  domain: string
  schema_name: string
}

async function schemas(): Promise<string[]> {
  const rows = await db.sql<Schema>('SELECT domain, schema_name FROM public.tenants')
  return domains.flatMap((each) => rows.filter(({ domain }) => domain === each).map((row) => row.schema_name))
}

/** Every sample row, with the times of the writing itself left out. */
async function everything(): Promise<unknown[]> {
  const rows = []
  for (const schema of await schemas())
    for (const table of ['users', 'metrics_sessions', 'tool_events', 'dashboard_configs', 'audit_log'])
      rows.push(await db.sql(`SELECT * FROM ${schema}.${table} ORDER BY id`))
  return rows
}

test('three workspaces, each with a person of every role and a month of their sessions', async () => {
  const dryRun = await data(world, 'db', 'seed', '--workspaces', '--dry-run')
  expect(dryRun).toMatchObject({ size: 'workspaces', seeded: true })
  expect(await schemas()).toEqual([])

  const { stdout, exitCode } = await cto(world, 'db', 'seed', '--workspaces')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(
    /^sample data stored: startup-xyz, acme-corp, fortium-demo: 15 users, 360 sessions with \d+ events, 6 dashboards\n$/,
  )
  expect(
    await db.sql('SELECT domain, subscription_plan FROM public.tenants ORDER BY created_at, domain'),
  ).toEqual(
    expect.arrayContaining([
      { domain: 'startup-xyz', subscription_plan: 'basic' },
      { domain: 'acme-corp', subscription_plan: 'pro' },
      { domain: 'fortium-demo', subscription_plan: 'enterprise' },
    ]),
  )
  const emails = []
  for (const schema of await schemas()) {
    const roles = await db.sql(`SELECT role::text FROM ${schema}.users ORDER BY role`)
    expect(roles).toHaveLength(5)
    emails.push(await db.sql(`SELECT email FROM ${schema}.users ORDER BY email`))
    // On four of five days each has one session, with three to eight tools, and the sums are those of its events.
    const odd = await db.sql(
      `SELECT s.id FROM ${schema}.metrics_sessions s
       WHERE (SELECT count(DISTINCT tool_name) FROM ${schema}.tool_events e WHERE e.session_id = s.id) NOT BETWEEN 3 AND 8
          OR (SELECT sum(execution_count) FROM ${schema}.tool_metrics m WHERE m.session_id = s.id)
             <> (SELECT count(*) FROM ${schema}.tool_events e WHERE e.session_id = s.id)
          OR s.session_end IS NULL OR isempty(s.active)`,
    )
    expect(odd).toEqual([])
    const days = await db.sql(
      `SELECT count(DISTINCT (session_start AT TIME ZONE 'UTC')::date)::int AS days, count(*)::int AS sessions
       FROM ${schema}.metrics_sessions GROUP BY user_id`,
    )
    expect(days).toEqual(Array.from({ length: 5 }, () => ({ days: 24, sessions: 24 })))
    const layouts = await db.sql<{ layout: { widgets: unknown[] } }>(
      `SELECT widget_layout AS layout FROM ${schema}.dashboard_configs ORDER BY id`,
    )
    expect(layouts.map(({ layout }) => parseLayout(layout).widgets.length)).toEqual([4, 2])
  }
  expect(emails[0]).toEqual(emails[1])
  expect(emails[0]).not.toEqual(emails[2])
})

test('the sessions of a workspace differ in the part of their ids that lists show', async () => {
  await cto(world, 'db', 'seed', '--workspaces')
  const { stdout } = await cto(world, 'sessions', 'list', '--workspace', 'acme-corp', '-f', 'ids', '-L', '0')
  const shown = stdout
    .trim()
    .split('\n')
    .map((id) => id.slice(0, 8))
  expect(new Set(shown).size).toBe(120)
})

test('run again, on a later day, it changes nothing', async () => {
  const before = await everything()
  const later = { ...world, now: new Date('2026-05-01T00:00:00Z') }
  const again = await data(later, 'db', 'seed', '--workspaces')
  expect(again).toMatchObject({ seeded: false, rows: { users: 15, metricsSessions: 360 } })
  expect(await everything()).toEqual(before)
})

test('a workspace of this name that holds other data is refused unless --force, and the others stay', async () => {
  await data(world, 'workspaces', 'suspend', 'acme-corp', '--yes')
  await data(world, 'workspaces', 'delete', 'acme-corp', '--confirm', 'acme-corp', '--no-backup')
  await data(world, 'workspaces', 'create', 'acme-corp', '--admin', 'ada@example.com')
  const refused = await cto(world, 'db', 'seed', '--workspaces')
  expect(refused).toMatchObject({ exitCode: 4, stdout: '' })
  expect(refused.stderr).toContain('error: the workspace acme-corp holds other data')
  const forced = await data(world, 'db', 'seed', '--workspaces', '--force')
  expect(forced).toMatchObject({
    workspaces: [
      { workspace: 'startup-xyz', seeded: false },
      { workspace: 'acme-corp', seeded: true },
      { workspace: 'fortium-demo', seeded: false },
    ],
    rows: { users: 16 },
  })
})

test('--workspaces goes with no other set', async () => {
  expect(await cto(world, 'db', 'seed', '--workspaces', '--size', 'large')).toMatchObject({ exitCode: 2 })
})

test('db reset leaves the workspaces as they are, and says so', async () => {
  const before = await everything()
  expect(before.length).toBeGreaterThan(0)
  const { stderr } = await cto(world, 'db', 'reset', '--dry-run')
  expect(stderr).toContain('3 workspaces are left as they are: cto workspaces delete WORKSPACE')
  expect(await everything()).toEqual(before)
})
