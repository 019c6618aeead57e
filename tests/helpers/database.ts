import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, inject } from 'vitest'
import { inTransaction, type Connection } from '../../src/engine/connection/connection.js'
import { defaultLimits, serverSettings } from './settings.js'
import { databaseOver, type Database } from '../../src/engine/database.js'
import { connectToServer } from '../../src/engine/connection/server.js'
import { localSettings } from '../../src/engine/local-settings.js'
import { migrate } from '../../src/engine/schema/migrate.js'
import { newSchema } from './cluster-setup.js'
import { now, type World } from './cto.js'
import { readPortfolio } from './migration-sets.js'
import { createDatabase, dropDatabase, skipWithoutServer } from './server.js'
import { serverSchema } from './server-setup.js'
import { borrowPglite } from './shared-pglite.js'

/**
 * A migrated, empty database for a test file, and what a command needs to open it. The same file runs on PGlite
 * and on a PostgreSQL server (see vitest.config.ts); before every test the tables are emptied and bug numbers begin
 * at BUG-1001 again.
 *
 *     const db = useDatabase()
 *
 *     test('a bug is named by its number', async () => {
 *       await addBug(db, { title: 'Checkout times out', severity: 'critical' })
 *       const { stdout } = await cto(db, 'bugs', 'show', '1001', '--fields', 'title', '--no-header')
 *       expect(stdout).toBe('Checkout times out\n')
 *     })
 */
export interface TestDatabase extends World, Pick<Database, 'engine' | 'target' | 'read' | 'write'> {
  connection: Connection
  /** SQL as another program would send it. */
  sql<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>
}

/** Default options of `databaseOver` for tests. */
export const plain = { readOnly: false, set: readPortfolio(), lockTimeoutMs: 30_000, now: () => now }

/** One database for all tests of this file. */
export function useDatabase(): TestDatabase {
  // Filled before the first test; tests close over this one object.
  const db = {} as TestDatabase
  const endings: (() => Promise<unknown>)[] = []

  skipWithoutServer()

  beforeAll(async () => {
    if (inject('server') === null) return
    const folder = await mkdtemp(path.join(tmpdir(), 'cto-test-'))
    endings.push(() => rm(folder, { recursive: true, force: true }))
    const { connection, world, remove } = await openEngine(folder)
    endings.unshift(remove)
    const database = databaseOver(connection, { ...plain, limits: defaultLimits() })
    const { read, write, engine, target } = database
    Object.assign(db, world, { folder, connection, read, write, engine, target })
    db.sql = async (text, values = []) => (await connection.pool.query(text, [...values])).rows as never
  })

  beforeEach(() => empty(db))

  afterAll(async () => {
    for (const end of endings) await end()
  })

  return db
}

interface OpenEngine {
  connection: Connection
  world: Pick<World, 'env' | 'connectToEmbedded'>
  remove(): Promise<void>
}

function openEngine(folder: string): Promise<OpenEngine> {
  const cluster = inject('cluster')
  if (cluster !== undefined) return openCluster(cluster)
  return inject('server') ? openServer() : openEmbedded(inject('dump'), folder)
}

async function openEmbedded(dump: string, folder: string): Promise<OpenEngine> {
  const { connection: shared, release } = await borrowPglite(dump)
  const connection: Connection = {
    ...shared,
    // The CTO_HOME of the tests; nothing is stored there.
    folder: path.join(folder, 'home'),
    keepCopy: () => Promise.resolve(),
  }
  const world = {
    env: {},
    connectToEmbedded: () => Promise.resolve({ ...connection, close: async () => {} }),
  }
  return { connection, world, remove: release }
}

async function openServer(): Promise<OpenEngine> {
  const url = await createDatabase('migrated')
  const databaseUrl = `${url}&schema=${encodeURIComponent(serverSchema)}`
  const connection = await connectToServer(serverSettings(databaseUrl), { readOnly: false })
  return {
    connection,
    world: { env: { DATABASE_URL: databaseUrl } },
    remove: async () => {
      await connection.close()
      await dropDatabase(url)
    },
  }
}

/** A schema that is made as a workspace is: plainly, then distributed as a whole. */
async function openCluster(url: string): Promise<OpenEngine> {
  const { schema, databaseUrl } = newSchema(url)
  const connection = await connectToServer(serverSettings(databaseUrl), { readOnly: false })
  await migrate(connection, plain.set, { ...plain, dryRun: false, baseline: false })
  await inTransaction(connection, async (client) => {
    await client.query('SET LOCAL citus.enable_unsafe_triggers = on')
    await client.query('SELECT citus_schema_distribute($1::regnamespace)', [schema])
  })
  return {
    connection,
    world: { env: { DATABASE_URL: databaseUrl } },
    remove: async () => {
      await connection.pool.query(`DROP SCHEMA ${schema} CASCADE`)
      await connection.close()
    },
  }
}

/** Of migrations and of the registry of workspaces, which is append-only: what a test makes there stays for its file. */
const kept = ['_prisma_migrations', '_cto_registry_migrations', 'tenants', 'tenant_audit']

/** DELETE takes 3 ms where TRUNCATE takes 30: the tables are small, and their many indexes are files. */
export async function empty({ sql }: Pick<TestDatabase, 'sql'>): Promise<void> {
  const tables = await sql<{ name: string }>(
    `SELECT quote_ident(tablename) AS name FROM pg_tables
     WHERE schemaname = current_schema AND NOT tablename = ANY($1)`,
    [kept],
  )
  await sql(`DO $$ BEGIN
    ${localSettings({ 'cto.audit_maintenance': 'on' }).join(';\n')};
    ${tables.map(({ name }) => `DELETE FROM ${name};`).join('\n')}
    PERFORM setval('bug_number_seq', 1001, false);
  END $$`)
}
