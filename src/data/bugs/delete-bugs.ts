import { NotFoundError } from '../../errors.js'
import { recordAudit, type Actor } from '../audit/audit.js'
import { batchesOf, inLockOrder } from '../../engine/batches.js'
import type { Db } from '../../engine/client.js'
import { getBugs, type Bug } from './bugs.js'
import { requireUnchanged } from './unchanged.js'

interface DeleteBugs {
  ids: readonly string[]
  actor: Actor
  /** Reject the deletion if the bug was changed after this moment. */
  ifUnchangedSince?: Date | undefined
}

/**
 * Deletes all bugs or none, with their history, and returns them. The audit rows keep the fields that past metrics need,
 * and no text that people wrote.
 *
 * @throws NotFoundError when one is gone, CtoError CONFLICT
 */
export async function deleteBugs(tx: Db, { ids, actor, ifUnchangedSince }: DeleteBugs): Promise<Bug[]> {
  for (const some of batchesOf(inLockOrder(ids)))
    await tx.$queryRaw`SELECT id::text FROM bugs WHERE id = ANY(${[...some]}::uuid[]) ORDER BY bugs.id FOR UPDATE`
  const bugs = await getBugs(tx, { ids, now: actor.now })
  if (bugs.length < new Set(ids).size)
    throw new NotFoundError('a bug was deleted meanwhile', { hint: 'cto bugs list' })
  if (ifUnchangedSince !== undefined) {
    const locked = bugs.map(({ id, bugNumber: name, updatedAt }) => ({ id, name, updatedAt }))
    await requireUnchanged(tx, locked, ifUnchangedSince)
  }
  for (const some of batchesOf(bugs)) await deleteSome(tx, actor, some)
  return bugs
}

async function deleteSome(tx: Db, actor: Actor, bugs: readonly Bug[]): Promise<void> {
  await tx.$executeRaw`DELETE FROM bugs WHERE id = ANY(${bugs.map(({ id }) => id)}::uuid[])`
  await recordAudit(
    tx,
    actor,
    bugs.map((bug) => ({
      action: 'bug.delete',
      entityType: 'bug',
      entityId: bug.id,
      details: valuesOf(bug),
    })),
  )
}

function valuesOf({ bugNumber, severity, status, projectId, createdAt, resolvedAt, revenueImpact }: Bug) {
  return {
    bugNumber,
    severity,
    status,
    projectId,
    revenueImpact,
    createdAt: createdAt.toISOString(),
    resolvedAt: resolvedAt?.toISOString() ?? null,
  }
}
