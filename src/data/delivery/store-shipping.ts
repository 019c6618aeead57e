import type { DeploymentLink, Shipping } from '../../domain/delivery/shipping.js'
import type { Db } from '../../engine/client.js'

/** A deployment as it is linked now. */
interface LinkedDeployment extends DeploymentLink {
  id: string
}

interface StoreShipping {
  repositoryIds: readonly string[]
  deployments: readonly LinkedDeployment[]
  /** Of those repositories that have deployments. */
  shippings: readonly { repositoryId: string; shipping: Shipping }[]
}

/** Only rows that differ are written, those that no deployment ships any longer among them. */
export async function storeShipping(tx: Db, shipping: StoreShipping): Promise<void> {
  await storeLinks(tx, shipping)
  await storePulls(tx, shipping)
  await storeCommits(tx, shipping)
}

const unlinked: DeploymentLink = { previousId: null, rolledBackById: null, isEmpty: false, link: 'unknown' }

async function storeLinks(tx: Db, { deployments, shippings }: StoreShipping): Promise<void> {
  const links = new Map(shippings.flatMap(({ shipping }) => [...shipping.deployments]))
  const changed = deployments
    .map((stored) => ({ stored, id: stored.id, ...(links.get(stored.id) ?? unlinked) }))
    .filter(
      ({ stored, previousId, rolledBackById, isEmpty, link }) =>
        stored.previousId !== previousId ||
        stored.rolledBackById !== rolledBackById ||
        stored.isEmpty !== isEmpty ||
        stored.link !== link,
    )
  if (changed.length === 0) return
  await tx.$executeRaw`
    WITH n AS (
      SELECT *
      FROM unnest(
        ${changed.map(({ id }) => id)}::uuid[], ${changed.map(({ previousId }) => previousId)}::uuid[],
        ${changed.map(({ rolledBackById }) => rolledBackById)}::uuid[],
        ${changed.map(({ isEmpty }) => isEmpty)}::boolean[], ${changed.map(({ link }) => link)}::text[]
      ) AS n(id, previous_id, rolled_back_by_id, is_empty, link)
    )
    UPDATE deployments d
    SET previous_id = n.previous_id, rolled_back_by_id = n.rolled_back_by_id, is_empty = n.is_empty, link = n.link
    FROM n
    WHERE d.id = n.id`
}

async function storePulls(tx: Db, { repositoryIds, shippings }: StoreShipping): Promise<void> {
  const pulls = shippings.flatMap(({ shipping }) => [...shipping.pulls])
  await tx.$executeRaw`
    WITH shipped AS (
      SELECT *
      FROM unnest(
        ${pulls.map(([id]) => id)}::uuid[], ${pulls.map(([, deploymentId]) => deploymentId)}::uuid[]
      ) AS s(id, deployment_id)
    ), n AS (
      SELECT p.id, s.deployment_id, d.finished_at
      FROM pull_requests p
      JOIN repositories r ON r.id = p.repository_id
      LEFT JOIN shipped s ON s.id = p.id
      LEFT JOIN deployments d ON d.id = s.deployment_id
      WHERE p.repository_id = ANY(${[...repositoryIds]}::uuid[])
        AND (p.deployment_id, p.deployed_at) IS DISTINCT FROM (s.deployment_id, d.finished_at)
        -- What was deployed before commits were pruned cannot be computed again.
        AND coalesce(least(p.deployed_at, d.finished_at) >= r.pruned_before, true)
    )
    UPDATE pull_requests p
    SET deployment_id = n.deployment_id, deployed_at = n.finished_at
    FROM n
    WHERE p.id = n.id`
}

async function storeCommits(tx: Db, { repositoryIds, shippings }: StoreShipping): Promise<void> {
  const commits = shippings.flatMap(({ repositoryId, shipping }) =>
    [...shipping.commits].map(([sha, deploymentId]) => ({ repositoryId, sha, deploymentId })),
  )
  await tx.$executeRaw`
    WITH shipped AS (
      SELECT *
      FROM unnest(
        ${commits.map(({ repositoryId }) => repositoryId)}::uuid[], ${commits.map(({ sha }) => sha)}::text[],
        ${commits.map(({ deploymentId }) => deploymentId)}::uuid[]
      ) AS s(repository_id, sha, deployment_id)
    ), n AS (
      SELECT c.id, s.deployment_id
      FROM commits c
      LEFT JOIN shipped s ON s.repository_id = c.repository_id AND s.sha = c.sha
      WHERE c.repository_id = ANY(${[...repositoryIds]}::uuid[]) AND c.deployment_id IS DISTINCT FROM s.deployment_id
    )
    UPDATE commits c
    SET deployment_id = n.deployment_id
    FROM n
    WHERE c.id = n.id`
}
