import type { Actor } from '../data/audit/audit.js'
import { findErasures } from '../data/delivery/erasures.js'
import type { Database } from '../engine/database.js'
import type { Context } from '../context.js'
import { encryptionKeys } from './encryption-keys.js'
import type { Github } from '../importers/github/client.js'
import { syncRepository } from '../importers/github/sync/sync-repository.js'
import type { DeliverySync } from '../shapes/repository-import.js'

interface SyncDelivery {
  github: Github
  /** `owner/name`. */
  name: string
  /** How far back; null: all that changed since the last sync. */
  since: Date | null
  loading: { actor: Actor }
}

/** Syncs the facts of one repository, with a display of the progress. */
export async function syncDelivery(
  ctx: Context,
  database: Database,
  { github, name, since, loading: { actor } }: SyncDelivery,
): Promise<DeliverySync> {
  const progress = ctx.out.progress(`syncing ${name}`)
  const { dryRun } = ctx.line.flags
  const onFacts = (count: number) => {
    progress.update({ count })
  }
  const erased = await database.read((db) => findErasures(db, () => encryptionKeys(ctx)))
  return syncRepository(database, { github, name, since, actor, dryRun, erased, onFacts }).finally(() => {
    progress.end()
  })
}
