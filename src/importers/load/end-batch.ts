import { recordAudit, type NewAuditEntry } from '../../data/audit/audit.js'
import { forgetQueries } from '../../engine/forget-queries.js'
import type { LoadContext } from './loading.js'

/** Frees the memory of a batch, so that memory does not grow with the number of batches. */
export async function endBatch({ tx, importing, effects }: LoadContext): Promise<void> {
  if (effects.images.isFull) {
    const entry: NewAuditEntry = {
      action: 'import.before',
      entityType: 'import',
      entityId: importing.importId,
      details: effects.images.take(),
    }
    await recordAudit(tx, importing.actor, [entry])
  }
  forgetQueries()
}
