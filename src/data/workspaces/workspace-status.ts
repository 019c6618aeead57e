import { inWorkspace } from '../../engine/bulk.js'
import type { Database } from '../../engine/database.js'
import { translateError } from '../../engine/errors.js'
import type { MigrationSet } from '../../engine/schema/migration-set.js'
import { migrationStatus, type SchemaState } from '../../engine/schema/migrations.js'
import type { Workspace, WorkspaceStatus } from '../../shapes/workspace.js'

/** As the registry has it. */
export function statusOf({ domain, isBehind, metadata }: Workspace): Omit<WorkspaceStatus, 'verified'> {
  const { migration } = metadata
  const hasFailed = migration?.state === 'failed'
  return {
    workspace: domain,
    state: hasFailed ? 'failed' : isBehind ? 'behind' : 'current',
    last: migration?.name ?? null,
    at: migration ? new Date(migration.at) : null,
    error: migration?.error ?? null,
  }
}

/** As its own record of migrations has it, read as its owner. */
export async function verifiedState(
  database: Pick<Database, 'tables'>,
  { domain, schemaName: schema }: Workspace,
  set: MigrationSet,
): Promise<SchemaState> {
  const { connection } = inWorkspace(database, { schema, domain, set }).tables
  try {
    return (await migrationStatus(connection, set)).state
  } catch (error) {
    throw translateError(error, connection.target)
  }
}
