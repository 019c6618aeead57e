import type { Context } from '../../context.js'
import type { NewAuditEntry } from '../../data/audit/audit.js'
import type { Database } from '../../engine/database.js'

/** One row of what was done to the database as a database: ids and counts, never SQL or values. */
export async function auditDatabase(
  ctx: Context,
  database: Database,
  entry: Pick<NewAuditEntry, 'action' | 'details'>,
): Promise<void> {
  const { recordAudit } = await import('../../data/audit/audit.js')
  await database.write(async (tx) => {
    await recordAudit(tx, await ctx.db.actor(tx), [{ ...entry, entityType: 'database', entityId: null }])
  })
}
