import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import type { PoolClient } from 'pg'
import { inTransaction } from '../connection/connection.js'
import type { Connection } from '../connection/connection.js'
import { databaseFailure } from '../connection/failure.js'
import type { MigrationState, MigrationStatus, SchemaState } from '../../shapes/database.js'
import { objectsOf } from './schema-objects.js'

export type { MigrationState, MigrationStatus, SchemaState }

/** A step of the schema's history, as a folder under prisma/migrations. */
export interface Migration {
  name: string
  sql: string
  /** SHA-256 of the file, as Prisma records it. */
  checksum: string
}

export interface SchemaStatus {
  state: SchemaState
  migrations: MigrationStatus[]
}

/** A row of `_prisma_migrations`. */
export interface Recorded {
  name: string
  checksum: string
  finishedAt: Date | null
  logs: string | null
}

const undefinedTable = '42P01'

export async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(path.join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/** Every known migration and every recorded one, in order of name. */
export async function migrationStatus(
  connection: Connection,
  known: readonly Migration[],
): Promise<SchemaStatus> {
  // Every command begins with this question: one round trip where the session has its search path already.
  const recorded = await (connection.pooled
    ? inTransaction(connection, readRecorded)
    : readRecorded(connection.pool))
  const byName = new Map(recorded.map((row) => [row.name, row]))
  const knownNames = new Set(known.map(({ name }) => name))
  const migrations = [
    ...known.map((migration) => statusOf(migration, byName.get(migration.name))),
    ...recorded
      .filter(({ name }) => !knownNames.has(name))
      .map(({ name, finishedAt, logs }) => ({ name, state: 'unknown' as const, finishedAt, logs })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1))
  return { state: overall(migrations) ?? (await stateWithoutRecord(connection, known, recorded)), migrations }
}

/** What was recorded and not rolled back: the finished try of a migration, else its failed one. */
export async function readRecorded(client: Pick<PoolClient, 'query'>): Promise<Recorded[]> {
  try {
    const { rows } = await client.query<Recorded>(
      `SELECT DISTINCT ON (migration_name)
         migration_name AS name, checksum, finished_at AS "finishedAt", logs
       FROM _prisma_migrations
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

/** Null where none of ours was ever recorded. */
function overall(migrations: readonly MigrationStatus[]): SchemaState | null {
  const states = new Set(migrations.map(({ state }) => state))
  if (states.has('failed')) return 'failed'
  if (states.has('edited')) return 'edited'
  if (!states.has('applied')) return null
  if (states.has('unknown')) return 'newer'
  return states.has('pending') ? 'older' : 'current'
}

/** Without a record of ours: are there tables, and whose? Those that belong to an extension do not count. */
async function stateWithoutRecord(
  connection: Connection,
  known: readonly Migration[],
  recordedByOthers: readonly Recorded[],
): Promise<SchemaState> {
  if (recordedByOthers.length > 0) return 'foreign'
  const { rows } = await inTransaction(connection, (client) =>
    client.query<{ name: string }>(
      `SELECT c.relname AS name
       FROM pg_class c
       JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname <> '_prisma_migrations'
         AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')`,
      [connection.schema],
    ),
  )
  const present = new Set(rows.map(({ name }) => name))
  if (present.size === 0) return 'empty'
  const ours = objectsOf(known).filter(({ kind }) => kind === 'TABLE')
  return ours.every(({ name }) => present.has(name)) ? 'unbaselined' : 'foreign'
}
