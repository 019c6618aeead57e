import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import { inTransaction, quoteIdentifier } from '../connection/connection.js'
import type { Connection } from '../connection/connection.js'
import { requireNodes } from './cluster-nodes.js'
import { applyAll, lockSchema } from './migrate.js'
import { droppable, namesOf, readCatalogue, type Catalogue } from './catalogue.js'
import type { MigrationSet } from './migration-set.js'
import type { MigrationStatus } from './migrations.js'

interface ResetOptions {
  /** Do everything, then roll back. */
  dryRun: boolean
  lockTimeoutMs: number
  now(): Date
  /** `cto/<version>`, for the audit row; it has no acting user, since the users are deleted too. */
  userAgent: string
}

/**
 * Drops the objects that the migrations of the set create, and nothing else, and creates them again, all in one
 * transaction. The audit log is dropped too, and starts with a row that counts the deleted rows.
 *
 * @returns the migrations applied, in order
 * @throws CtoError CONFLICT if other objects depend on ours
 */
export async function resetSchema(
  connection: Connection,
  set: MigrationSet,
  options: ResetOptions,
): Promise<MigrationStatus[]> {
  return inTransaction(
    connection,
    async (client) => {
      await lockSchema(client, connection, { ...options, recordTable: set.recordTable })
      const rows = await countRows(client, connection, set)
      await dropAll(client, set)
      const applied = await applyAll(client, connection, set, { ...options, baseline: false })
      await client.query(
        `INSERT INTO audit_log (id, action, entity_type, details, user_agent, created_at)
         VALUES ($1, 'db.reset', 'database', $2, $3, $4)`,
        [randomUUID(), { rows }, options.userAgent, options.now()],
      )
      return applied
    },
    { end: options.dryRun ? 'ROLLBACK' : 'COMMIT' },
  )
}

/** Of those of our tables that are there. */
async function countRows(
  client: PoolClient,
  { schema }: Pick<Connection, 'schema'>,
  { catalogue }: MigrationSet,
): Promise<Record<string, number>> {
  const { rows: tables } = await client.query<{ name: string; quoted: string }>(
    `SELECT tablename AS name, quote_ident(tablename) AS quoted
     FROM pg_tables
     WHERE schemaname = $1 AND quote_ident(tablename) = ANY($2)
     ORDER BY 1`,
    [schema, namesOf(await catalogue(), 'TABLE')],
  )
  const counts: Record<string, number> = {}
  for (const { name, quoted } of tables) {
    const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${quoted}`)
    counts[name] = Number(rows[0]?.count)
  }
  return counts
}

/** Without CASCADE: objects of others that depend on our tables make it fail. */
export async function dropAll(
  client: PoolClient,
  { catalogue, recordTable, migrations }: MigrationSet,
): Promise<void> {
  await dropObjects(client, await catalogue())
  const record = quoteIdentifier(recordTable)
  const { rows } = await client.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [
    record,
  ])
  if (!rows[0]?.found) return
  await client.query(`DELETE FROM ${record} WHERE migration_name = ANY($1)`, [
    migrations.map(({ name }) => name),
  ])
}

/** Drops a schema and every object in it, whoever created it. Without CASCADE, like `dropAll`. */
export async function dropSchema(client: PoolClient, schema: string): Promise<void> {
  // The empty name excludes no table: the record of migrations goes too.
  const objects = await readCatalogue(client, { schema, recordTable: '' })
  await client.query("SELECT set_config('search_path', $1, true)", [quoteIdentifier(schema)])
  await dropObjects(client, objects)
  await client.query(`DROP SCHEMA ${quoteIdentifier(schema)}`)
}

async function dropObjects(client: PoolClient, objects: Catalogue): Promise<void> {
  await requireNodes(client)
  for (const kind of droppable) {
    const names = namesOf(objects, kind)
    // Only casts are dropped one by one; some of the others depend on each other.
    const lists = kind === 'CAST' ? names : names.length > 0 ? [names.join(', ')] : []
    for (const list of lists) await client.query(`DROP ${kind} IF EXISTS ${list}`)
  }
}
