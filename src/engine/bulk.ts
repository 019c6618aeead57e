import type pg from 'pg'
import { prismaOver, type Db } from './client.js'
import { inTransaction, quoteIdentifier } from './connection/connection.js'
import type { Connection, TransactionOptions } from './connection/connection.js'
import { isLost } from './connection/failure.js'
import { transactionId, wasCommitted } from './connection/outcome.js'
import type { Database, Tables } from './database.js'
import { translateError } from './errors.js'
import { runStatements } from './inspection.js'
import { localSettings } from './local-settings.js'
import { applyAll, lockSchema } from './schema/migrate.js'
import type { Migration, MigrationSet } from './schema/migration-set.js'
import { compareWithSet, readRecorded, type MigrationStatus } from './schema/migrations.js'
import { dropAll } from './schema/reset.js'
import { schemaError } from './schema/schema-fit.js'

type Inspected = Pick<Database, 'tables'>

/** One transaction in which whole tables are copied. A token to all code above the data functions. */
export interface Bulk {
  /** The same transaction, for data functions. */
  readonly db: Db
  readonly tables: Tables
  readonly client: pg.PoolClient
}

/** How PostgreSQL writes values in an archive: the same text for the same value on every server and in every session. */
const pinned = {
  client_encoding: 'UTF8',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  extra_float_digits: '1',
  bytea_output: 'hex',
}

/** Reads tables in whatever state they are, all from one snapshot. */
export async function readInBulk<T>(database: Inspected, work: (bulk: Bulk) => Promise<T>): Promise<T> {
  return inBulk(database, work, { snapshot: true })
}

interface WriteInBulk {
  /** Do everything, then roll back. */
  dryRun: boolean
}

/** Writes tables, in whatever state they are, in one transaction: all or nothing. No other process migrates them meanwhile. */
export async function writeInBulk<T>(
  database: Inspected,
  work: (bulk: Bulk) => Promise<T>,
  { dryRun }: WriteInBulk,
): Promise<T> {
  const { connection, signal, set, lockTimeoutMs } = database.tables
  let done: { result: T; transaction: string } | undefined
  try {
    return await inBulk(
      database,
      async (bulk) => {
        await lockSchema(bulk.client, connection, { lockTimeoutMs, recordTable: set.recordTable })
        const result = await work(bulk)
        done = { result, transaction: await transactionId(bulk.client) }
        return result
      },
      { end: dryRun ? 'ROLLBACK' : 'COMMIT' },
    )
  } catch (error) {
    const canAsk = connection.capabilities.canAskOutcome && isLost(error)
    if (done && canAsk) {
      if (await wasCommitted(connection.pool, done.transaction, signal)) return done.result
      signal?.throwIfAborted()
    }
    throw error
  }
}

/** Runs `work` on the client of a transaction, with values as an archive has them. */
async function inBulk<T>(
  { tables }: Inspected,
  work: (bulk: Bulk) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  const { connection } = tables
  try {
    return await inTransaction(
      connection,
      async (client) => {
        for (const statement of localSettings(pinned)) await client.query(statement)
        const db = prismaOver({ ...connection, pool: poolOf(client, connection) }, { maxWaitMs: 0 })
        try {
          return await work({ db, tables, client })
        } finally {
          await db.$disconnect()
        }
      },
      options,
    )
  } catch (error) {
    throw translateError(error, connection.target)
  }
}

/** A pool whose statements all run on one client, so that Prisma joins the transaction that is open there. */
function poolOf(client: pg.PoolClient, { pool }: Connection): pg.Pool {
  return Object.create(pool, { query: { value: client.query.bind(client) } }) as pg.Pool
}

export interface WorkspaceTables {
  /** Its owner has the same name. */
  schema: string
  domain: string
  set: MigrationSet
}

/** The same database, each unit of work in a workspace, as its owner. */
export function inWorkspace({ tables }: Inspected, { schema, domain, set }: WorkspaceTables): Inspected {
  const { connection } = tables
  const target = `${connection.target} workspace ${domain}`
  const inside = { ...connection, schema, role: schema, workspace: domain, target, keepsSession: false }
  return { tables: { ...tables, set, connection: inside } }
}

/**
 * Runs `work` in the same transaction as the owner of a workspace, on its schema, which is named as the role; then as before.
 * A failure leaves the role as it is, since it ends the transaction.
 */
export async function asWorkspace<T>(
  { client, tables }: Bulk,
  workspace: WorkspaceTables,
  work: (bulk: Bulk) => Promise<T>,
): Promise<T> {
  const { connection } = tables
  const setPath = (name: string) =>
    client.query("SELECT set_config('search_path', $1, true)", [quoteIdentifier(name)])
  const inside = inWorkspace({ tables }, workspace).tables
  await client.query(`SET LOCAL ROLE ${quoteIdentifier(workspace.schema)}`)
  await setPath(workspace.schema)
  const db = prismaOver({ ...inside.connection, pool: poolOf(client, connection) }, { maxWaitMs: 0 })
  try {
    const result = await work({ client, db, tables: inside })
    await client.query('SET LOCAL ROLE NONE')
    await setPath(connection.schema)
    return result
  } finally {
    await db.$disconnect()
  }
}

/** Runs statements of a repair, one after the other. */
export async function runStatementsIn({ client }: Bulk, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await client.query(statement)
}

/** The rows of a query as COPY text, in chunks that may end within a row. */
export function copyOut({ tables, client }: Bulk, query: string): AsyncIterable<Uint8Array> {
  return tables.connection.copy.read(client, query)
}

/**
 * The migrations that made the tables of the transaction.
 *
 * @throws CtoError one of the schema's where the tables are of a newer version, broken or missing
 */
export async function appliedMigrations({ client, tables: { connection, set } }: Bulk): Promise<Migration[]> {
  const { state, migrations } = compareWithSet(await readRecorded(client, set.recordTable), set)
  if (state !== 'current' && state !== 'older') {
    throw schemaError(state ?? 'empty', migrations, connection.target)
  }
  const applied = new Set(migrations.filter((each) => each.state === 'applied').map(({ name }) => name))
  return set.migrations.filter(({ name }) => applied.has(name))
}

/** Stores rows, as COPY text, in `target`: a table with its columns in parentheses. */
export function copyIn({ tables, client }: Bulk, target: string, text: Uint8Array): Promise<void> {
  return tables.connection.copy.write(client, target, text)
}

/** The same database, its tables in another schema, which need not exist. */
export function inSchema({ tables }: Inspected, schema: string): Inspected {
  return { tables: { ...tables, connection: { ...tables.connection, schema, keepsSession: false } } }
}

/** Drops what the migrations of this version create, and nothing else. @throws CtoError CONFLICT if other objects depend on it */
export async function dropTables({ client, tables }: Bulk): Promise<void> {
  await dropAll(client, tables.set)
}

/** Applies those of the migrations that are missing; all of this version, or the given ones. */
export async function createTables(
  { client, tables }: Bulk,
  migrations: readonly Migration[] = tables.set.migrations,
): Promise<MigrationStatus[]> {
  const { connection, set } = tables
  const options = { ...tables, dryRun: false, baseline: false }
  return applyAll(client, connection, { ...set, migrations }, options)
}

/** Brings the statistics of the planner up to date, outside of a transaction. */
export async function analyzeTables(database: Inspected, tables: readonly string[]): Promise<void> {
  const { schema } = database.tables.connection
  const names = tables.map((name) => `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`)
  await runStatements(
    database,
    names.map((name) => `ANALYZE ${name}`),
  )
}
