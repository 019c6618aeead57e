import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectToServer } from '../../src/engine/connection/server.js'
import { migrate } from '../../src/engine/schema/migrate.js'
import { readPortfolio } from '../helpers/migration-sets.js'
import { startPostgresql, type PostgresqlServer } from '../helpers/postgresql-server.js'
import { serverSettings } from '../helpers/settings.js'
import { bin, binary, environment, start, useHome } from './binary.js'

const home = useHome()
const kills = Number(process.env['CTO_TEST_KILLS'] ?? 2)

/** A table that each migration after the first one creates last. */
const laterTables = ['dashboard_configs', 'secrets']

describe(`kill -9 at ${kills} random moments of db migrate`, { timeout: 180_000 + kills * 60_000 }, () => {
  let server: PostgresqlServer
  beforeAll(async () => {
    server = await startPostgresql([])
  }, 60_000)
  afterAll(() => server.stop())

  /** A database as the first migration left it, with a row. */
  const older = async (schema: string) => {
    const url = `${server.url}/postgres?sslmode=disable&schema=${schema}`
    const connection = await connectToServer(serverSettings(url), { readOnly: false })
    const set = readPortfolio()
    const options = { dryRun: false, baseline: false, lockTimeoutMs: 0, now: () => new Date() }
    await migrate(connection, { ...set, migrations: set.migrations.slice(0, 1) }, options)
    await connection.pool.query(`INSERT INTO users (email, name) VALUES ('ada@example.com', 'Ada')`)
    return {
      env: { DATABASE_URL: url },
      sql: async (text: string) =>
        (await connection.pool.query<{ name: string }>(text)).rows.map(({ name }) => name),
      end: () => connection.close(),
    }
  }
  const succeed = async (argv: readonly string[], env: NodeJS.ProcessEnv) => {
    const { exitCode, stderr } = await binary(home, argv, env)
    expect([argv.join(' '), exitCode], stderr).toEqual([argv.join(' '), 0])
  }

  test('each migration is there whole or not at all, and the next run applies the rest', async () => {
    const names = readPortfolio().migrations.map(({ name }) => name)
    expect(names).toHaveLength(laterTables.length + 1)
    const first = await older('whole')
    const startedAt = performance.now()
    await succeed(['db', 'migrate'], first.env)
    const tookMs = performance.now() - startedAt
    await first.end()
    for (let n = 0; n < kills; n++) {
      const { env, sql, end } = await older(`killed${n}`)
      const { child, ended } = start(process.execPath, ['--', bin, 'db', 'migrate'], {
        ...environment(home),
        ...env,
      })
      child.stdin.end()
      // Half of the time passes before the first statement.
      await Promise.race([sleep(tookMs * (0.3 + 0.7 * Math.random())), ended])
      child.kill('SIGKILL')
      await ended
      // In one statement: the server may still be at the COMMIT of a client that is gone.
      const found = await sql(
        `SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL
         UNION ALL
         SELECT tablename FROM pg_tables WHERE schemaname = 'killed${n}'
           AND tablename IN (${laterTables.map((table) => `'${table}'`).join(', ')})`,
      )
      const later = found.filter((name) => !laterTables.includes(name)).length - 1
      expect(found.toSorted()).toEqual(
        [...names.slice(0, later + 1), ...laterTables.slice(0, later)].toSorted(),
      )
      await succeed(['db', 'migrate', '--lock-timeout', '30'], env)
      await succeed(['db', 'doctor', '--only', 'schema.migrations,schema.drift', '--fail-on', 'error'], env)
      expect(await sql('SELECT name FROM users')).toEqual(['Ada'])
      await end()
    }
  })
})
