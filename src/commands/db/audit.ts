import type { Context } from '../../context.js'
import type { NewAuditEntry } from '../../data/audit/audit.js'
import type { Database } from '../../engine/database.js'
import { CtoError } from '../../errors.js'

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

/** The same, where the session may write: archives are made and verified by roles, too, that may only read. */
export async function auditIfPossible(
  ctx: Context,
  database: Database,
  entry: Pick<NewAuditEntry, 'action' | 'details'>,
): Promise<void> {
  try {
    await auditDatabase(ctx, database, entry)
  } catch (error) {
    if (!(error instanceof CtoError) || !['NOT_PERMITTED', 'NO_TABLES'].includes(error.code)) throw error
    ctx.out.caution(`not in the audit log: ${error.message}`)
  }
}
