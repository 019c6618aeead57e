import { asWorkspace, type Bulk } from '../../engine/bulk.js'
import { quoteIdentifier } from '../../engine/connection/connection.js'
import { dropSchema } from '../../engine/schema/reset.js'
import { Prisma } from '../../engine/sql.js'
import { UsageError } from '../../errors.js'
import type { Workspace } from '../../shapes/workspace.js'
import { lock, type Changing } from './change-workspace.js'
import { endSessions } from './login-sessions.js'
import { recordAct } from './registered.js'
import { dropLoginRole, hasLogin } from './workspace-roles.js'

/** @throws UsageError unless the workspace is suspended */
export function requireSuspended({ isActive, domain }: Workspace): void {
  if (!isActive) return
  throw new UsageError(`the workspace ${domain} is in use; only a suspended one is deleted`, {
    hint: `cto workspaces suspend ${domain}`,
  })
}

/**
 * Drops the schema with everything in it, as its owner, then its roles and its row.
 *
 * @param archive the file that keeps its records; null without one
 * @throws NotFoundError; UsageError for one in use; CtoError CONFLICT where objects outside of it depend on it
 */
export async function deleteWorkspace(
  bulk: Bulk,
  changing: Changing,
  archive: string | null,
): Promise<Workspace> {
  const { db } = bulk
  const workspace = await lock(bulk, changing)
  requireSuspended(workspace)
  const { id, domain, schemaName: schema } = workspace
  const withLogin = await hasLogin(db, workspace)
  if (withLogin && !changing.dryRun) await endSessions(db, workspace)
  await asWorkspace(bulk, { schema, domain, set: changing.set }, ({ client }) => dropSchema(client, schema))
  const kept = withLogin ? await dropLoginRole(db, workspace) : null
  await db.$executeRaw(Prisma.raw(`DROP ROLE ${quoteIdentifier(schema)}`))
  await db.$executeRaw`DELETE FROM public.tenants WHERE id = ${id}::uuid`
  const details = { schema, archive, ...(kept !== null && { kept }) }
  await recordAct(db, { ...changing, workspace, action: 'workspace.delete', details })
  return workspace
}
