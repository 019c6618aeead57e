import { beforeAll, describe, expect, test } from 'vitest'
import { newest, newestOfEachPlan, rollOut } from '../../../src/admin/workspaces/roll-out.js'
import type { Plan } from '../../../src/domain/workspace.js'
import { createWorkspace } from '../../../src/data/workspaces/create-workspace.js'
import { writeInBulk } from '../../../src/engine/bulk.js'
import { databaseOver } from '../../../src/engine/database.js'
import { CtoError } from '../../../src/errors.js'
import type { Workspace } from '../../../src/shapes/workspace.js'
import { cto, type World } from '../../helpers/cto.js'
import { plain, useDatabase } from '../../helpers/database.js'
import { defaultLimits } from '../../helpers/settings.js'
import { data, withoutSchema } from '../../helpers/workspaces.js'

const db = useDatabase()

let world: World

beforeAll(async () => {
  world = withoutSchema(db)
  await data(world, 'workspaces', 'init')
  for (const domain of ['one.com', 'two.com', 'three.com']) await data(world, 'workspaces', 'create', domain)
})

/** As if the last migration had not been applied, or not recorded. */
async function forget(domain: string, { tables }: { tables: 'keep' | 'break' }): Promise<string> {
  const { schemaName } = await data<{ schemaName: string }>(world, 'workspaces', 'show', domain)
  const [last] = await db.sql<{ name: string }>(
    `DELETE FROM ${schemaName}._prisma_migrations
     WHERE migration_name = (SELECT max(migration_name) FROM ${schemaName}._prisma_migrations)
     RETURNING migration_name AS name`,
  )
  if (tables === 'keep') await emptyOf(schemaName, last?.name ?? '')
  await db.sql(
    `UPDATE public.tenants SET metadata = jsonb_set(metadata, '{migration,name}', '"before"') WHERE domain = $1`,
    [domain],
  )
  return schemaName
}

/** Records the migration again, as db migrate in the workspace does: the registry alone is behind. */
async function emptyOf(schema: string, name: string): Promise<void> {
  const [other] = await db.sql<{ checksum: string }>(
    `SELECT r.checksum FROM (
       SELECT checksum, migration_name FROM ${schema}._prisma_migrations
       UNION ALL SELECT checksum, migration_name FROM _prisma_migrations
     ) r WHERE migration_name = $1 LIMIT 1`,
    [name],
  )
  await db.sql(
    `INSERT INTO ${schema}._prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('again', $2, $1, now())`,
    [name, other?.checksum],
  )
}

test('what is current is skipped by one query, and status says so', async () => {
  expect(await data(world, 'workspaces', 'migrate', '--all')).toEqual(
    ['one.com', 'three.com', 'two.com'].map((workspace) => ({
      workspace,
      result: 'current',
      applied: [],
      error: null,
    })),
  )
  expect(await data(world, 'workspaces', 'status', 'one.com', '--verify')).toMatchObject([
    { workspace: 'one.com', state: 'current', verified: 'current', error: null },
  ])
})

test('a workspace that another command has migrated is current in the registry again', async () => {
  await forget('two.com', { tables: 'keep' })
  expect(await data(world, 'workspaces', 'list', '--behind')).toMatchObject([{ domain: 'two.com' }])
  expect(await data(world, 'workspaces', 'migrate', 'two.com')).toMatchObject([{ result: 'current' }])
  expect(await data(world, 'workspaces', 'list', '--behind')).toEqual([])
})

test('db migrate in a workspace keeps in the registry how far it is', async () => {
  const first = { ...plain.set, migrations: plain.set.migrations.slice(0, -1) }
  const database = databaseOver(db.connection, { ...plain, limits: defaultLimits() })
  const wanted = { domain: 'older.com', name: 'Older', plan: 'pro' as const, metadata: {}, isOpaque: false }
  await writeInBulk(
    database,
    (bulk) => createWorkspace(bulk, first, { ...wanted, admin: null, userAgent: 'test', now: new Date() }),
    { dryRun: false },
  )
  const status = () => data(world, 'workspaces', 'status', 'older.com')
  expect(await status()).toMatchObject([{ state: 'behind' }])
  await data(world, 'db', 'migrate', '--dry-run', '-w', 'older.com')
  expect(await status()).toMatchObject([{ state: 'behind' }])
  await data(world, 'db', 'migrate', '-w', 'older.com')
  const last = plain.set.migrations.at(-1)?.name
  expect(await status()).toMatchObject([{ state: 'current', last, error: null }])
  await data(world, 'workspaces', 'suspend', 'older.com', '--yes')
  await data(world, 'workspaces', 'delete', 'older.com', '--confirm', 'older.com', '--no-backup')
})

test('a failure is exit 5, and the registry keeps it', async () => {
  const schema = await forget('three.com', { tables: 'break' })
  const failed = await cto(world, 'workspaces', 'migrate', '--all', '--json')
  expect(failed).toMatchObject({
    exitCode: 5,
    stderr: expect.stringMatching(/^1 failed: .*already exists.*\(three\.com\)$/m) as string,
  })
  expect(await data(world, 'workspaces', 'status', 'three.com')).toMatchObject([
    { state: 'failed', error: expect.stringContaining('already exists') as string, last: 'before' },
  ])
  await data(world, 'workspaces', 'suspend', 'three.com', '--yes')
  await data(world, 'workspaces', 'delete', 'three.com', '--confirm', 'three.com', '--no-backup')
  expect(await db.sql('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema])).toEqual([])
})

test('workspaces are chosen in one way', async () => {
  expect(await cto(world, 'workspaces', 'migrate')).toMatchObject({ exitCode: 2 })
  expect(await cto(world, 'workspaces', 'migrate', 'one.com', '--all')).toMatchObject({ exitCode: 2 })
  expect(await cto(world, 'workspaces', 'migrate', 'unknown.com')).toMatchObject({ exitCode: 3 })
  expect(await cto(world, 'workspaces', 'migrate', '--all', '--canary', 'unknown.com')).toMatchObject({
    exitCode: 3,
  })
})

describe('a roll-out', () => {
  const workspace = (domain: string, plan: Plan, createdAt: string) =>
    ({ id: domain, domain, subscriptionPlan: plan, createdAt: new Date(createdAt) }) as Workspace
  const all = [
    workspace('a', 'basic', '2026-01-01'),
    workspace('b', 'basic', '2026-02-01'),
    workspace('c', 'pro', '2026-01-15'),
    ...Array.from({ length: 30 }, (_, i) => workspace(`d${i}`, 'basic', '2025-01-01')),
  ]
  const failing = (domains: RegExp, started: string[]) => (each: Workspace) => {
    started.push(each.domain)
    if (domains.test(each.domain)) return Promise.reject(new CtoError('SCHEMA_BROKEN', 'broken'))
    return Promise.resolve(['one'])
  }
  const run = (domains: RegExp, canaries: readonly Workspace[], started: string[] = []) =>
    rollOut(
      { canaries, others: all.filter((each) => !canaries.includes(each)), parallel: 1, maxFailures: 3 },
      failing(domains, started),
      () => {},
    )

  test('begins with the newest of each plan', () => {
    expect(newestOfEachPlan(all).map(({ domain }) => domain)).toEqual(['b', 'c'])
    expect(newest(all, 2).map(({ domain }) => domain)).toEqual(['b', 'c'])
  })

  test('starts nothing else after a canary that fails', async () => {
    const started: string[] = []
    const results = await run(/c/, newestOfEachPlan(all), started)
    expect(started).toEqual(['b', 'c'])
    expect(results.filter(({ result }) => result === 'skipped')).toHaveLength(31)
  })

  test('takes the next newest of its plan for a canary that is locked', async () => {
    const started: string[] = []
    const results = await rollOut(
      {
        canaries: newestOfEachPlan(all),
        others: all.filter(({ domain }) => !/b|c/.test(domain)),
        parallel: 1,
        maxFailures: 3,
      },
      (each) => {
        started.push(each.domain)
        return each.domain === 'b' ? Promise.reject(new CtoError('LOCKED', 'locked')) : failing(/a/, [])(each)
      },
      () => {},
    )
    expect(started).toEqual(['b', 'c', 'a'])
    expect(results.filter(({ result }) => result === 'failed')).toHaveLength(2)
    const busy = await rollOut(
      {
        canaries: newestOfEachPlan(all),
        others: all.filter(({ domain }) => !/b|c/.test(domain)),
        parallel: 1,
        maxFailures: 3,
      },
      ({ domain }) =>
        /b|d/.test(domain) ? Promise.reject(new CtoError('LOCKED', 'locked')) : Promise.resolve(['one']),
      () => {},
    )
    expect(busy.filter(({ result }) => result === 'skipped')).toEqual([])
  })

  test('continues after single failures, and stops after several in a row', async () => {
    const results = (of: Awaited<ReturnType<typeof run>>, wanted: string) =>
      of.filter(({ result }) => result === wanted).length
    const single = await run(/^d\d*0$/, [])
    expect([results(single, 'failed'), results(single, 'skipped')]).toEqual([3, 0])
    const many = await run(/^d/, [])
    expect([results(many, 'failed'), results(many, 'migrated'), results(many, 'skipped')]).toEqual([3, 3, 27])
  })
})
