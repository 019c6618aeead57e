import { recordAudit, type Actor } from '../../../data/audit/audit.js'
import { beginImport, endImport } from '../../../data/imports/imports.js'
import type { Db } from '../../../engine/client.js'
import type { DeliverySync } from '../../../shapes/repository-import.js'

/* A sync as a row of import_logs, and in the audit log. */

/** Facts that a sync stored, by kind. */
export type SyncCounts = Omit<DeliverySync, 'importId' | 'isResumed'>

export function noFacts(): SyncCounts {
  return { pullRequests: 0, reviews: 0, comments: 0, commits: 0, issues: 0, deployments: 0 }
}

export function totalOf(counts: SyncCounts): number {
  return Object.values(counts).reduce((sum, each) => sum + each, 0)
}

interface BegunSync {
  importId: string
  /** `owner/name`. */
  repository: string
  now: Date
}

export async function beginSync(tx: Db, { importId, repository, now }: BegunSync): Promise<void> {
  const origin = {
    type: 'delivery',
    file: repository,
    externalSource: 'github-delivery',
    preset: 'github',
    hash: '',
    mapping: {},
  }
  await beginImport(tx, { id: importId, source: 'github', origin, now })
}

interface EndedSync {
  importId: string
  actor: Actor
  counts: SyncCounts
  repositoryId: string
}

export async function endSync(tx: Db, { importId, actor, counts, repositoryId }: EndedSync): Promise<void> {
  await recordAudit(tx, actor, [
    {
      action: 'repository.sync',
      entityType: 'import',
      entityId: importId,
      details: { repositoryId, ...counts },
    },
  ])
  await endImport(tx, {
    id: importId,
    state: 'done',
    recordsImported: totalOf(counts),
    recordsFailed: 0,
    errors: [],
    outcome: { counts: { ...counts } },
  })
}

export async function endFailedSync(
  tx: Db,
  { importId, counts, error }: { importId: string; counts: SyncCounts; error: unknown },
): Promise<void> {
  const failure = error instanceof Error ? error.message : String(error)
  await endImport(tx, {
    id: importId,
    state: 'failed',
    recordsImported: totalOf(counts),
    recordsFailed: 0,
    errors: [failure],
    outcome: { counts: { ...counts }, failure },
  })
}
