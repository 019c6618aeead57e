import type { Context } from '../../context.js'
import type { Actor, NewAuditEntry } from '../../data/audit/audit.js'
import type { Db } from '../../engine/client.js'
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

/**
 * The acting user of a restore or copy, looked up among the users that are there now. The audit row has no user where the name
 * is unknown or ambiguous: the work is done by then, and does not depend on the name.
 */
export async function restoringActor(ctx: Context, db: Db): Promise<Actor> {
  try {
    return await ctx.db.actor(db)
  } catch (error) {
    if (!(error instanceof CtoError) || !['NOT_FOUND', 'AMBIGUOUS'].includes(error.code)) throw error
    const now = ctx.now()
    return { userId: null, userAgent: `cto/${ctx.line.version}`, now, clock: () => ctx.now() }
  }
}

/** The same as `auditDatabase`, where the session may write: archives are made and verified by roles, too, that may only read. */
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
