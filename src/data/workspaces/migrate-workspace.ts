import type { PoolClient } from 'pg'
import { inWorkspace } from '../../engine/bulk.js'
import { withRetry } from '../../engine/connection/retry.js'
import type { Database } from '../../engine/database.js'
import { migrateTables } from '../../engine/tables.js'
import type { MigrationSet } from '../../engine/schema/migration-set.js'
import { CtoError } from '../../errors.js'
import type { MigrationOutcome, Workspace } from '../../shapes/workspace.js'

type Migrated = Pick<Workspace, 'id' | 'domain' | 'schemaName'>

interface MigrateWorkspace {
  /** The tables of an organisation. */
  set: MigrationSet
  dryRun: boolean
}

/** How long a migration waits for a lock: a busy workspace is tried again rather than stopped. */
const lockTimeoutMs = 5000

/**
 * Applies the pending migrations of a workspace as its owner, one transaction each, and keeps in the registry how it went: a
 * success in the transaction of the migration, so that neither is stored without the other.
 *
 * @returns the names of those applied, in order
 * @throws CtoError one of the schema's, LOCKED
 */
export async function migrateWorkspace(
  database: Database,
  workspace: Migrated,
  { set, dryRun }: MigrateWorkspace,
): Promise<string[]> {
  const { tables } = database
  const { schemaName: schema, domain } = workspace
  const inside = inWorkspace({ tables: { ...tables, lockTimeoutMs } }, { schema, domain, set })
  const at = () => tables.now().toISOString()
  const recorded = async (client: PoolClient, name: string) => {
    await client.query('SET LOCAL ROLE NONE')
    await keepOutcome(client, workspace, { state: 'current', name, at: at(), error: null })
  }
  try {
    const applied = await withRetry(() => migrateTables(inside, { dryRun, baseline: false, recorded }), {
      mayRepeat: (error) => error instanceof CtoError && error.retryable,
      signal: tables.signal,
    })
    // Another command may have applied them, as db migrate does.
    const name = set.migrations.at(-1)?.name ?? null
    if (applied.length === 0 && !dryRun) {
      await keepOutcome(tables.connection.pool, workspace, { state: 'current', name, at: at(), error: null })
    }
    return applied.map((migration) => migration.name)
  } catch (error) {
    if (error instanceof CtoError && !dryRun) {
      const message = error.reason === undefined ? error.message : `${error.message}: ${error.reason}`
      await keepOutcome(tables.connection.pool, workspace, { state: 'failed', at: at(), error: message })
    }
    throw error
  }
}

/**
 * Keeps in the registry that the workspace in use has this migration, in the transaction of the migration. A login that may
 * enter workspaces and make none leaves the registry as it is: the next `workspaces migrate` finds nothing to do.
 *
 * @param domain of the workspace whose owner runs the transaction
 */
export function outcomeOf(domain: string, now: () => Date) {
  return async (client: PoolClient, name: string): Promise<void> => {
    await client.query('SET LOCAL ROLE NONE')
    const { rows } = await client.query<{ id: string; may: boolean }>(
      `SELECT id::text AS id, has_table_privilege('public.tenants', 'UPDATE') AS may FROM public.tenants WHERE domain = $1`,
      [domain],
    )
    const [row] = rows
    if (row?.may)
      await keepOutcome(client, row, { state: 'current', name, at: now().toISOString(), error: null })
  }
}

/** What the outcome lacks stays as it was: after a failure, the last migration that was applied. */
async function keepOutcome(
  client: Pick<PoolClient, 'query'>,
  { id }: Pick<Workspace, 'id'>,
  outcome: Partial<MigrationOutcome>,
): Promise<void> {
  await client.query(
    `UPDATE public.tenants
     SET metadata = jsonb_set(metadata, '{migration}', coalesce(metadata -> 'migration', '{"name": null}') || $2::jsonb)
     WHERE id = $1`,
    [id, JSON.stringify(outcome)],
  )
}
