import { randomUUID } from 'node:crypto'
import { CtoError, NotFoundError, required } from '../../errors.js'
import type { Db } from '../../engine/client.js'
import { insertRows } from '../../engine/insert-rows.js'
import type { Deployment } from '../../shapes/delivery.js'
import { recordAudit, type Actor } from '../audit/audit.js'
import { linkDeployments } from './link-deployments.js'
import { isConfidential, lockDelivery } from './store-facts.js'
import type { StoredRepository } from './store-repositories.js'

export interface NewDeployment {
  repositoryId: string
  /** Its id where it was made; a new one without. */
  externalId: string | undefined
  environment: string
  service: string | null
  sha: string | null
  ref: string | null
  status: 'pending' | 'success' | 'failure'
  finishedAt: Date
}

/** Stores a deployment that no source reports, and what it shipped. Returns its id. @throws CtoError CONFLICT */
export async function recordDeployment(
  tx: Db,
  { externalId = randomUUID(), ...deployment }: NewDeployment,
  actor: Actor,
): Promise<string> {
  const { repositoryId } = deployment
  await lockDelivery(tx)
  const [known] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM deployments
    WHERE repository_id = ${repositoryId}::uuid AND source = 'manual' AND external_id = ${externalId}`
  if (known) {
    throw new CtoError('CONFLICT', `the deployment ${externalId} is recorded already`, {
      hint: `cto deployments show ${known.id}`,
    })
  }
  const [level] = await tx.$queryRaw<Pick<StoredRepository, 'sensitivity'>[]>`
    SELECT sensitivity FROM repositories WHERE id = ${repositoryId}::uuid`
  const id = randomUUID()
  await insertRows(tx, 'deployments', [
    {
      id,
      ...deployment,
      ref: isConfidential(required(level, 'the repository of a deployment')) ? null : deployment.ref,
      source: 'manual',
      externalId,
      finishedAt: deployment.status === 'pending' ? null : deployment.finishedAt,
      startedAt: deployment.finishedAt,
      createdAt: actor.now,
    },
  ])
  await linkDeployments(tx, [repositoryId])
  await recordAudit(tx, actor, [
    {
      action: 'deployment.record',
      entityType: 'deployment',
      entityId: id,
      details: { repositoryId, externalId },
    },
  ])
  return id
}

/**
 * Deletes a deployment that a user recorded, and computes again what the others of its repository shipped. Bugs and issues that
 * it brought stay.
 *
 * @throws CtoError CONFLICT for one that a source reports, which would create it again; NotFoundError
 */
export async function deleteDeployment(tx: Db, id: string, actor: Actor): Promise<void> {
  await lockDelivery(tx)
  const [found] = await tx.$queryRaw<
    (Pick<Deployment, 'source' | 'externalId'> & { repositoryId: string })[]
  >`
    SELECT repository_id::text AS "repositoryId", source, external_id AS "externalId"
    FROM deployments WHERE id = ${id}::uuid`
  if (!found)
    throw new NotFoundError('the deployment was deleted meanwhile', { hint: 'cto deployments list' })
  requireRecordedByHand(found)
  const { repositoryId, externalId } = found
  // Also what the computation leaves alone, because the commits of its time are pruned.
  await tx.$executeRaw`
    UPDATE pull_requests SET deployment_id = NULL, deployed_at = NULL WHERE deployment_id = ${id}::uuid`
  await tx.$executeRaw`DELETE FROM deployments WHERE id = ${id}::uuid`
  await linkDeployments(tx, [repositoryId])
  await recordAudit(tx, actor, [
    {
      action: 'deployment.delete',
      entityType: 'deployment',
      entityId: id,
      details: { repositoryId, externalId },
    },
  ])
}

/** @throws CtoError CONFLICT */
export function requireRecordedByHand({ source }: Pick<Deployment, 'source'>): void {
  if (source === 'manual') return
  throw new CtoError('CONFLICT', 'only deployments that cto deployments record stored can be deleted', {
    reason: `a ${source} reported this one, and the next sync or event would bring it back`,
    hint: 'choose what counts as a deployment: cto repos update REPOSITORY --deploy-source SOURCE',
  })
}

/** Notes that a deployment brought a bug: it counts as failed until the bug is resolved. */
export async function failDeployment(
  tx: Db,
  { id, bugId }: { id: string; bugId: string },
  actor: Actor,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE bugs SET caused_by_deployment_id = ${id}::uuid
    WHERE id = ${bugId}::uuid AND caused_by_deployment_id IS DISTINCT FROM ${id}::uuid`
  await recordAudit(tx, actor, [
    { action: 'deployment.fail', entityType: 'deployment', entityId: id, details: { bugId } },
  ])
}

/** Takes that note back. @throws CtoError CONFLICT where the deployment is not noted as the cause of the bug */
export async function clearFailure(
  tx: Db,
  { id, bugId }: { id: string; bugId: string },
  actor: Actor,
): Promise<void> {
  const cleared = await tx.$executeRaw`
    UPDATE bugs SET caused_by_deployment_id = NULL
    WHERE id = ${bugId}::uuid AND caused_by_deployment_id = ${id}::uuid`
  if (cleared === 0)
    throw new CtoError('CONFLICT', 'this deployment is not noted as the one that brought the bug', {
      hint: 'cto audit list --action deployment.fail',
    })
  await recordAudit(tx, actor, [
    { action: 'deployment.fail-undo', entityType: 'deployment', entityId: id, details: { bugId } },
  ])
}
