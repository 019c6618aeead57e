import type { Db } from '../engine/client.js'
import { Prisma } from '../engine/sql.js'

/**
 * Until the transaction ends, no other one passes this for the same table; its rows may be read and changed. Advisory locks would not do:
 * every login of the server can take them, also that of another workspace.
 */
export async function lockTable(
  tx: Db,
  table: 'notification_rules' | 'repositories' | 'projects',
): Promise<void> {
  await tx.$executeRaw(Prisma.raw(`LOCK TABLE ${table} IN SHARE UPDATE EXCLUSIVE MODE`))
}
