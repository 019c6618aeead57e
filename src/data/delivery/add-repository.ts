import { CtoError, NotFoundError } from '../../errors.js'
import type { Db } from '../../engine/client.js'
import { recordAudit, type Actor } from '../audit/audit.js'
import { createRepository, type NewRepository } from './create-repository.js'

/** Stores a repository that no source has reported yet. Returns its id. @throws CtoError CONFLICT where it is known */
export async function addRepository(
  tx: Db,
  repository: Omit<NewRepository, 'importId' | 'defaultBranch'>,
  actor: Actor,
): Promise<string> {
  const { host, fullName } = repository
  const [known] = await tx.$queryRaw<object[]>`
    SELECT 1 FROM repositories
    WHERE host = ${host} AND lower(full_name) = lower(${fullName}) AND gone_at IS NULL`
  if (known) {
    throw new CtoError('CONFLICT', `the repository ${fullName} is known already`, {
      hint: `cto repos show ${fullName}`,
    })
  }
  const row = { ...repository, defaultBranch: null, importId: null }
  const { id, organizationId } = await createRepository(tx, row, actor.now)
  await recordAudit(tx, actor, [
    { action: 'repository.add', entityType: 'repository', entityId: id, details: { organizationId } },
  ])
  return id
}

/** What a deletion of a repository takes along. */
export async function countFacts(
  db: Db,
  id: string,
): Promise<{ pullRequests: number; commits: number; events: number }> {
  const [row] = await db.$queryRaw<{ pullRequests: number; commits: number; events: number }[]>`
    SELECT
      (SELECT count(*)::int FROM pull_requests WHERE repository_id = ${id}::uuid) AS "pullRequests",
      (SELECT count(*)::int FROM commits WHERE repository_id = ${id}::uuid) AS commits,
      (SELECT count(*)::int FROM events WHERE repository_id = ${id}::uuid) AS events`
  if (!row) throw new Error('an aggregate without a row')
  return row
}

/** Deletes a repository with its events and facts. A source that reports it again creates it again. */
export async function deleteRepository(tx: Db, id: string, actor: Actor): Promise<void> {
  const [row] = await tx.$queryRaw<{ organizationId: string }[]>`
    DELETE FROM repositories WHERE id = ${id}::uuid RETURNING organization_id AS "organizationId"`
  if (!row) throw new NotFoundError('the repository was deleted meanwhile', { hint: 'cto repos list' })
  await recordAudit(tx, actor, [
    { action: 'repository.delete', entityType: 'repository', entityId: id, details: { ...row } },
  ])
}
