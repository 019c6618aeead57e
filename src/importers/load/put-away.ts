import { recordAudit } from '../../data/audit/audit.js'
import { forgetQueries } from '../../engine/client.js'
import type { Loading } from './loading.js'
import { auditOfImages } from './log.js'

/** Clears away what a batch has left, so that memory stays flat however many follow. */
export async function putAway({ tx, importing, effects }: Loading): Promise<void> {
  if (effects.images.isFull) {
    await recordAudit(tx, importing.actor, [auditOfImages(importing.importId, effects)])
  }
  forgetQueries()
}
