import { randomUUID } from 'node:crypto'
import { CtoError, required } from '../../errors.js'
import type { Db } from '../../engine/client.js'
import { insertRows } from '../../engine/insert-rows.js'
import { recordAudit, type Actor } from '../audit/audit.js'
import { linkDeployments } from './link-deployments.js'
import { isConfidential } from './store-facts.js'
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
