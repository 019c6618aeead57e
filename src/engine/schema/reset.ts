import { randomUUID } from 'node:crypto'
import type { PoolClient } from 'pg'
import { inTransaction, quoteIdentifier } from '../connection/connection.js'
import type { Connection } from '../connection/connection.js'
import { applyAll, lockSchema } from './migrate.js'
import type { Migration, MigrationStatus } from './migrations.js'
import { objectsOf } from './schema-objects.js'
import { tableSizes } from './table-sizes.js'

interface ResetOptions {
  /** Do everything, then roll back. */
  dryRun: boolean
  lockTimeoutMs: number
  now(): Date
  /** `cto/<version>`, for the audit row; nobody acts, since the people go too. */
  userAgent: string
}

/**
 * Drops what this version's migrations make, and nothing else, and makes it anew, all in one transaction. The audit
 * log goes with the rest, and begins again with a row that tells what was there.
 *
 * @returns the migrations applied, in order
 * @throws CtoError CONFLICT where somebody else's objects depend on ours
 */
export async function resetSchema(
  connection: Connection,
  known: readonly Migration[],
  options: ResetOptions,
): Promise<MigrationStatus[]> {
  return inTransaction(
    connection,
    async (client) => {
      await lockSchema(client, connection, options)
      const before = await tableSizes(client, connection, known)
      await dropAll(client, known)
      const applied = await applyAll(client, connection, known, { ...options, baseline: false })
      await client.query(
        `INSERT INTO audit_log (id, action, entity_type, details, user_agent, created_at)
         VALUES ($1, 'db.reset', 'database', $2, $3, $4)`,
        [
          randomUUID(),
          { rows: Object.fromEntries(before.map(({ name, rows }) => [name, rows])) },
          options.userAgent,
          options.now(),
        ],
      )
      return applied
    },
    options.dryRun ? 'ROLLBACK' : 'COMMIT',
  )
}

/** Without CASCADE: what others have built on our tables stops it. */
async function dropAll(client: PoolClient, known: readonly Migration[]): Promise<void> {
  const objects = objectsOf(known)
  for (const kind of new Set(objects.map((object) => object.kind))) {
    const names = objects.filter((object) => object.kind === kind).map(({ name }) => quoteIdentifier(name))
    await client.query(`DROP ${kind} IF EXISTS ${names.join(', ')}`)
  }
  const { rows } = await client.query<{ found: boolean }>(
    `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS found`,
  )
  if (!rows[0]?.found) return
  await client.query('DELETE FROM _prisma_migrations WHERE migration_name = ANY($1)', [
    known.map(({ name }) => name),
  ])
}
