import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorkspace } from '../../src/data/workspaces/create-workspace.js'
import { writeInBulk } from '../../src/engine/bulk.js'
import type { Connection } from '../../src/engine/connection/connection.js'
import { connectToServer } from '../../src/engine/connection/server.js'
import { databaseOver } from '../../src/engine/database.js'
import { readPortfolio } from '../helpers/migration-sets.js'
import { startPostgresql, type PostgresqlServer } from '../helpers/postgresql-server.js'
import { defaultLimits, serverSettings } from '../helpers/settings.js'
import type { Result } from '../helpers/cto.js'
import { bin, binary, environment, start, useHome } from './binary.js'

const home = useHome()
const kills = Number(process.env['CTO_TEST_KILLS'] ?? 2)

/** A table that each migration after the first one creates last. */
const laterTables = ['dashboard_configs', 'secrets']

const many = 6

describe('workspaces', () => {
  let server: PostgresqlServer
  let connection: Connection
  let env: { DATABASE_URL: string }

  beforeAll(async () => {
    server = await startPostgresql([])
    env = { DATABASE_URL: `${server.url}/postgres?sslmode=disable` }
    connection = await connectToServer(serverSettings(env.DATABASE_URL), { readOnly: false })
    await succeed('workspaces', 'init')
  }, 60_000)
  afterAll(async () => {
    await connection.close()
    await server.stop()
  })

  async function succeed(...argv: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await binary(home, argv, env)
    expect([argv.join(' '), exitCode], stderr).toEqual([argv.join(' '), 0])
    return stdout
  }

  /** Runs `work` while another session has locked the bugs of these schemas. */
  async function holding<T>(schemas: readonly string[], work: () => Promise<T>): Promise<T> {
    const holder = await connection.pool.connect()
    try {
      const tables = schemas.map((schema) => `${schema}.bugs`).join(', ')
      await holder.query(`BEGIN; LOCK TABLE ${tables} IN ACCESS EXCLUSIVE MODE`)
      return await work()
    } finally {
      await holder.query('ROLLBACK')
      holder.release()
    }
  }

  /** Sends Ctrl-C once two sessions of the command wait for a lock; `left`: its sessions after its end. */
  async function interruptedOnceTwoWait(argv: readonly string[]): Promise<{ result: Result; left: number }> {
    const ofCto = "FROM pg_stat_activity WHERE application_name = 'cto'"
    const own = (await sql<{ pid: number }>(`SELECT pid ${ofCto}`)).map(({ pid }) => pid)
    const count = async (condition: string) =>
      (await sql(`SELECT ${ofCto} AND pid NOT IN (${own.join(', ')}) ${condition}`)).length
    const { child, ended } = start(process.execPath, ['--', bin, ...argv], { ...environment(home), ...env })
    child.stdin.end()
    while ((await count("AND wait_event_type = 'Lock'")) < 2) await sleep(50)
    child.kill('SIGINT')
    return { result: await ended, left: await count('') }
  }

  async function sql<Row>(text: string): Promise<Row[]> {
    return (await connection.pool.query(text)).rows as Row[]
  }

  /** Workspaces as the first migration left them, each with a person. */
  async function older(prefix: string): Promise<Made[]> {
    const set = readPortfolio()
    const first = { ...set, migrations: set.migrations.slice(0, 1) }
    const limits = defaultLimits()
    const options = { readOnly: false, set, lockTimeoutMs: 30_000, now: () => new Date(), limits }
    const database = databaseOver(connection, options)
    const made = []
    for (let n = 0; n < many; n++) {
      const domain = `${prefix}-${n}.com`
      const wanted = {
        domain,
        name: domain,
        plan: 'pro' as const,
        metadata: {},
        isOpaque: false,
        userAgent: 'test',
      }
      const workspace = await writeInBulk(
        database,
        (bulk) => createWorkspace(bulk, first, { ...wanted, admin: 'ada@example.com', now: new Date() }),
        { dryRun: false },
      )
      made.push({ domain, schema: workspace.schemaName })
    }
    return made
  }

  /** Of each workspace the migrations and tables that it has, and the one that the registry names; all of one moment. */
  async function found(workspaces: readonly Made[]): Promise<Found[]> {
    const each = workspaces.map(
      ({ domain, schema }) => `
        SELECT '${domain}' AS domain, (SELECT metadata #>> '{migration,name}' FROM tenants WHERE domain = '${domain}') AS registered,
          (SELECT max(migration_name) FROM ${schema}._prisma_migrations WHERE finished_at IS NOT NULL) AS applied,
          ARRAY(SELECT tablename::text FROM pg_tables WHERE schemaname = '${schema}'
            AND tablename IN (${laterTables.map((table) => `'${table}'`).join(', ')}) ORDER BY 1) AS tables,
          (SELECT string_agg(email, ',') FROM ${schema}.users) AS people`,
    )
    return sql<Found>(each.join(' UNION ALL '))
  }

  async function expectAllCurrent(workspaces: readonly Made[]): Promise<void> {
    const last = readPortfolio().migrations.at(-1)?.name
    for (const each of await found(workspaces))
      expect(each).toMatchObject({
        registered: last,
        applied: last,
        tables: laterTables,
        people: 'ada@example.com',
      })
    const status = await succeed(
      'workspaces',
      'status',
      ...workspaces.map(({ domain }) => domain),
      '--verify',
      '--json',
    )
    const { data } = JSON.parse(status) as { data: { verified: string }[] }
    expect(data.map(({ verified }) => verified)).toEqual(workspaces.map(() => 'current'))
  }

  test(`killed at ${kills} moments, it leaves registry and schemas in agreement, and the next run completes`, async () => {
    const names = readPortfolio().migrations.map(({ name }) => name)
    expect(names).toHaveLength(laterTables.length + 1)
    const whole = await older('whole')
    const startedAt = performance.now()
    await succeed('workspaces', 'migrate', '--all')
    const tookMs = performance.now() - startedAt
    await expectAllCurrent(whole)
    for (let n = 0; n < kills; n++) {
      const workspaces = await older(`killed${n}`)
      const { child, ended } = start(process.execPath, ['--', bin, 'workspaces', 'migrate', '--all'], {
        ...environment(home),
        ...env,
      })
      child.stdin.end()
      // The first moments go by before the first statement.
      await Promise.race([sleep(tookMs * (0.3 + (0.7 * (n + Math.random())) / kills)), ended])
      child.kill('SIGKILL')
      await ended
      for (const { registered, applied, tables } of await found(workspaces)) {
        expect(registered).toBe(applied)
        expect(tables).toEqual(laterTables.slice(0, names.indexOf(applied)))
      }
      await succeed('workspaces', 'migrate', '--all', '--lock-timeout', '30')
      await expectAllCurrent(workspaces)
    }
  }, 300_000)

  test.each(['table', 'ndjson'])(
    'each is interrupted by Ctrl-C, with -f %s: children end, and what is stored is named',
    async (format) => {
      const domains = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}-${format}.com`)
      for (const domain of domains) await succeed('workspaces', 'create', domain)
      const schemas = domains.map((domain) => `tenant_${domain.replaceAll(/[^a-z0-9]/g, '_')}`)
      const line = ['bugs', 'create', '--title', 'Of each', '--severity', 'low']
      // Both lanes come to a workspace that is locked, so that the last one is never begun.
      const flags = ['--parallel', '2', '--yes', '-f', format]
      const { result, left } = await holding([schemas[1] ?? '', schemas[2] ?? ''], () =>
        interruptedOnceTwoWait(['workspaces', 'each', ...domains, ...flags, '--', ...line]),
      )
      expect(result).toMatchObject({
        exitCode: 130,
        stderr: expect.stringContaining('interrupted; nothing more was stored') as string,
      })
      expect(result.stderr).toContain(`done in: ${domains[0] ?? ''}\n`)
      expect(result.stderr).toContain(`not done in: ${domains.slice(1).join(', ')}\n`)
      if (format === 'ndjson') {
        const [first = ''] = result.stdout.split('\n')
        expect(JSON.parse(first)).toMatchObject({ workspace: domains[0], exitCode: 0 })
      }
      expect(left).toBe(0)
      const stored = schemas.map((schema) => `(SELECT count(*)::int FROM ${schema}.bugs)`)
      expect(await sql(`SELECT ARRAY[${stored.join(', ')}] AS bugs`)).toEqual([{ bugs: [1, 0, 0, 0, 0] }])
    },
    60_000,
  )

  test('a workspace that fails in the middle stays as it was, the others are done, and the next run completes', async () => {
    const workspaces = await older('planted')
    const [planted] = workspaces
    if (!planted) throw new Error('no workspace')
    await sql(`SET ROLE ${planted.schema}; CREATE TABLE ${planted.schema}.tool_metrics (id int); RESET ROLE`)
    const failed = await binary(home, ['workspaces', 'migrate', '--all', '--json'], env)
    expect(failed).toMatchObject({ exitCode: 5 })
    expect(failed.stderr).toContain(`1 failed: `)
    const [before, ...others] = await found(workspaces)
    const [first, , last] = readPortfolio().migrations.map(({ name }) => name)
    expect(before).toMatchObject({ registered: first, applied: first, tables: [] })
    for (const other of others) expect(other).toMatchObject({ registered: last, applied: last })
    await sql(`DROP TABLE ${planted.schema}.tool_metrics`)
    await succeed('workspaces', 'migrate', '--all')
    await expectAllCurrent(workspaces)
  }, 120_000)
})

interface Made {
  domain: string
  schema: string
}

interface Found {
  domain: string
  registered: string
  applied: string
  tables: string[]
  people: string
}
