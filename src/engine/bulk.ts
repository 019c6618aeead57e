import type pg from 'pg'
import { prismaOver, type Db } from './client.js'
import { inTransaction } from './connection/connection.js'
import type { Connection } from './connection/connection.js'
import type { Database, Tables } from './database.js'
import { translateError } from './errors.js'
import { localSettings } from './local-settings.js'
import type { Migration } from './schema/migration-set.js'
import { compareWithSet, readRecorded } from './schema/migrations.js'
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

/** Runs `work` on the client of a transaction, with values as an archive has them. */
async function inBulk<T>(
  { tables }: Inspected,
  work: (bulk: Bulk) => Promise<T>,
  options: { snapshot?: boolean },
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
