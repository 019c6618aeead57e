import type { CtoError } from '../errors.js'
import { inTransaction, quoteIdentifier } from './connection/connection.js'
import type { Connection } from './connection/connection.js'
import type { Database } from './database.js'
import { translateError } from './errors.js'
import { namesOf, readCatalogue, type Catalogue } from './schema/catalogue.js'
import { migrationStatus } from './schema/migrations.js'
import { schemaError } from './schema/schema-fit.js'

/* What can be learnt of, and done to, a database as a database. It is one that was opened with `inspect`. */

type Inspected = Pick<Database, 'tables'>

/** How this process is connected, and to what. */
export interface Way extends Pick<Connection, 'schema' | 'pooled' | 'folder' | 'role'> {
  /** The table of applied migrations. */
  recordTable: string
}

export function wayOf({ tables: { connection, set } }: Inspected): Way {
  const { schema, pooled, folder, role } = connection
  return { schema, pooled, folder, role, recordTable: set.recordTable }
}

/** As SQL spells it. */
export function quotedSchemaOf({ tables: { connection } }: Inspected): string {
  return quoteIdentifier(connection.schema)
}

/** What the migrations of this version make, as the build took it from a new schema. */
export function expectedCatalogue({ tables: { set } }: Inspected): Promise<Catalogue> {
  return set.catalogue()
}

/** What other sets of ours make that are in this schema too: the registry of workspaces. */
export async function cataloguesBeside(
  { tables: { set } }: Inspected,
  present: Catalogue,
): Promise<Catalogue> {
  const tables = new Set(namesOf(present, 'TABLE'))
  const here = set.beside.filter(({ recordTable }) => tables.has(recordTable))
  const records = here.map(
    ({ recordTable }) => ({ kind: 'TABLE', name: recordTable, definition: '' }) as const,
  )
  return [...records, ...(await Promise.all(here.map((other) => other.catalogue()))).flat()]
}

/** Names of the tables that the migrations of this version make. */
export async function ourTables(database: Inspected): Promise<string[]> {
  return namesOf(await expectedCatalogue(database), 'TABLE')
}

/** What is in the schema now. Each statement takes at most `timeoutMs`. */
export async function presentCatalogue(
  { tables: { connection, set } }: Inspected,
  { timeoutMs }: { timeoutMs: number },
): Promise<Catalogue> {
  return translated(connection, () =>
    inTransaction(connection, async (client) => {
      await client.query("SELECT set_config('statement_timeout', $1, true)", [String(timeoutMs)])
      return readCatalogue(client, { schema: connection.schema, recordTable: set.recordTable })
    }),
  )
}

/** What is wrong with the migrations; null where the tables are those of this version. */
export async function migrationFault({ tables: { connection, set } }: Inspected): Promise<CtoError | null> {
  return translated(connection, async () => {
    const { state, migrations } = await migrationStatus(connection, set)
    return state === 'current' ? null : schemaError(state, migrations, connection.target)
  })
}

/**
 * Statements that repair, each on its own, as `CREATE INDEX CONCURRENTLY` demands. They name their schema, and may take
 * their time; what another session has locked is waited for as long as `--lock-timeout` allows.
 */
export async function runStatements({ tables }: Inspected, statements: readonly string[]): Promise<void> {
  const { connection } = tables
  await translated(connection, async () => {
    const client = await connection.pool.connect()
    try {
      // A session that is not ours is not ours to change; behind a pooler the timeout of the server holds.
      if (connection.keepsSession) await client.query('SET statement_timeout = 0')
      for (const statement of statements) await client.query(statement)
    } finally {
      if (connection.keepsSession) await client.query('RESET statement_timeout').catch(() => undefined)
      client.release()
    }
  })
}

async function translated<T>({ target }: Connection, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw translateError(error, target)
  }
}
