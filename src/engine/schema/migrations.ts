import type { PoolClient } from 'pg'
import { CtoError } from '../../errors.js'
import { inTransaction, quoteIdentifier } from '../connection/connection.js'
import type { Connection } from '../connection/connection.js'
import { databaseFailure } from '../connection/failure.js'
import type { MigrationState, MigrationStatus, SchemaState } from '../../shapes/database.js'
import { namesOf } from './catalogue.js'
import { membersOf } from './members.js'
import type { Migration, MigrationSet } from './migration-set.js'

export type { MigrationState, MigrationStatus, SchemaState }

export interface SchemaStatus {
  state: SchemaState
  migrations: MigrationStatus[]
}

/** A row of a record table, which has the format of Prisma's `_prisma_migrations`. */
export interface Recorded {
  name: string
  checksum: string
  finishedAt: Date | null
  logs: string | null
}

const undefinedTable = '42P01'

/** Every migration of the set and every recorded one, in order of name. */
export async function migrationStatus(connection: Connection, set: MigrationSet): Promise<SchemaStatus> {
  // Every command starts with this query: one round trip if the session already has its search path.
  const recorded = await (connection.keepsSession
    ? readRecorded(connection.pool, set.recordTable)
    : inTransaction(connection, (client) => readRecorded(client, set.recordTable)))
  const { state, migrations } = compareWithSet(recorded, set)
  return { state: state ?? (await stateWithoutRecord(connection, set, recorded)), migrations }
}

/** `state` is null if no migration of the set is recorded. */
export function compareWithSet(
  recorded: readonly Recorded[],
  set: Pick<MigrationSet, 'migrations'>,
): { state: SchemaState | null; migrations: MigrationStatus[] } {
  const byName = new Map(recorded.map((row) => [row.name, row]))
  const knownNames = new Set(set.migrations.map(({ name }) => name))
  const migrations = [
    ...set.migrations.map((migration) => statusOf(migration, byName.get(migration.name))),
    ...recorded
      .filter(({ name }) => !knownNames.has(name))
      .map(({ name, finishedAt, logs }) => ({ name, state: 'unknown' as const, finishedAt, logs })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1))
  return { state: overall(migrations), migrations }
}

/** The records that were not rolled back: the finished attempt of each migration, else its failed one. */
export async function readRecorded(
  client: Pick<PoolClient, 'query'>,
  recordTable: string,
): Promise<Recorded[]> {
  try {
    const { rows } = await client.query<Recorded>(
      `SELECT DISTINCT ON (migration_name)
         migration_name AS name, checksum, finished_at AS "finishedAt", logs
       FROM ${quoteIdentifier(recordTable)}
       WHERE rolled_back_at IS NULL
       ORDER BY migration_name, finished_at NULLS LAST`,
    )
    return rows
  } catch (error) {
    if (databaseFailure(error).code === undefinedTable) return []
    throw error
  }
}

function statusOf({ name, checksum }: Migration, row: Recorded | undefined): MigrationStatus {
  if (!row) return { name, state: 'pending', finishedAt: null, logs: null }
  const { finishedAt, logs } = row
  if (finishedAt === null) return { name, state: 'failed', finishedAt, logs }
  return { name, state: row.checksum === checksum ? 'applied' : 'edited', finishedAt, logs }
}

/** Null if no migration of the set is recorded. */
function overall(migrations: readonly MigrationStatus[]): SchemaState | null {
  const states = new Set(migrations.map(({ state }) => state))
  if (states.has('failed')) return 'failed'
  if (states.has('edited')) return 'edited'
  if (!states.has('applied')) return null
  if (states.has('unknown')) return 'newer'
  return states.has('pending') ? 'older' : 'current'
}

/**
 * The state of a schema without a record of the set, by its tables. Those of an extension do not count, nor those of another
 * set of ours that is recorded here. A set that shares its schema only checks for tables with the names of its own.
 */
async function stateWithoutRecord(
  connection: Connection,
  set: MigrationSet,
  recordedByOthers: readonly Recorded[],
): Promise<SchemaState> {
  if (recordedByOthers.length > 0) return 'foreign'
  const present = await tablesIn(connection)
  const ours = namesOf(await set.catalogue(), 'TABLE')
  const besides = set.beside.filter(({ recordTable }) => present.has(recordTable))
  const expected = await Promise.all(besides.map(async (other) => namesOf(await other.catalogue(), 'TABLE')))
  const tolerated = new Set([
    set.recordTable,
    ...besides.map((other) => other.recordTable),
    ...expected.flat(),
  ])
  const inTheWay = set.sharesSchema
    ? ours.filter((name) => present.has(name))
    : [...present].filter((name) => !tolerated.has(name))
  if (inTheWay.length === 0) return 'empty'
  return ours.every((name) => present.has(name)) ? 'unbaselined' : 'foreign'
}

/**
 * The names of tables and views, quoted where SQL requires it.
 *
 * @throws CtoError NOT_PERMITTED where the role sees names, but nothing else of the schema
 */
async function tablesIn(connection: Connection): Promise<Set<string>> {
  const { rows } = await inTransaction(connection, async (client) => {
    await requireUsage(client, connection)
    return client.query<{ name: string }>(
      `SELECT quote_ident(c.relname) AS name
       FROM pg_class c
       JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.oid IN (${membersOf('pg_class')} $1) AND n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
         AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')`,
      [connection.schema],
    )
  })
  return new Set(rows.map(({ name }) => name))
}

async function requireUsage(client: PoolClient, { schema, target }: Connection): Promise<void> {
  const { rows } = await client.query<{ role: string; may: boolean }>(
    `SELECT current_user AS role, has_schema_privilege(oid, 'USAGE') AS may FROM pg_namespace WHERE nspname = $1`,
    [schema],
  )
  const [row] = rows
  if (row === undefined || row.may) return
  throw new CtoError('NOT_PERMITTED', `the database user may not use the schema "${schema}"`, {
    reason: target,
    hint: `ask the owner of its tables to run: cto db grant ${row.role}`,
  })
}
