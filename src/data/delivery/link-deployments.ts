import {
  shippingOf,
  type CommitFact,
  type DeploymentFact,
  type DeploymentLink,
  type MergedPull,
  type Shipping,
} from '../../domain/delivery/shipping.js'
import type { Db } from '../../engine/client.js'
import { countedSource, isProduction } from './production.js'
import { Prisma } from '../../engine/sql.js'

/**
 * Stores what the deployments of each repository ship, from the facts that are stored: `previousId`, `rolledBackById`,
 * `isEmpty` and `link` of deployments, and the first production deployment of each change. It is called after a change of
 * facts, of a repository's source of deployments or of its environments; called again it changes nothing.
 */
export async function linkDeployments(tx: Db, repositoryIds: readonly string[]): Promise<void> {
  if (repositoryIds.length === 0) return
  await recordMerges(tx, repositoryIds)
  await followTags(tx, repositoryIds)
  const found = await findDeployments(tx, repositoryIds)
  for (const id of new Set(found.map(({ repositoryId }) => repositoryId))) {
    const deployments = found.filter(({ repositoryId }) => repositoryId === id)
    const counted = deployments.filter(({ isCounted }) => isCounted)
    const isNeeded = counted.length > 0
    const commits = isNeeded ? await findCommits(tx, id) : []
    const pulls = isNeeded ? await findPulls(tx, id) : []
    const isPruned = counted[0]?.isRepositoryPruned
    const shipping = shippingOf({ commits, pulls, deployments: counted, isPruned })
    const open = deployments.filter(({ isSettled }) => !isSettled)
    await storeLinks(tx, open, shipping)
    await storePulls(tx, { repositoryId: id, shipping })
    await storeCommits(tx, { repositoryId: id, shipping })
  }
}

/** Where merges are set as the source, each merge into the default branch is a deployment. */
async function recordMerges(tx: Db, repositoryIds: readonly string[]): Promise<void> {
  const merged = Prisma.sql`
    FROM repositories r
    JOIN pull_requests p ON p.repository_id = r.id
    WHERE r.id = ANY(${[...repositoryIds]}::uuid[]) AND r.deploy_source = 'merge' AND p.merged_at IS NOT NULL
      AND (r.default_branch IS NULL OR p.base_branch = r.default_branch)`
  await tx.$executeRaw`
    INSERT INTO deployments
      (id, repository_id, source, external_id, environment, sha, ref, status, started_at, finished_at)
    SELECT
      gen_random_uuid(), r.id, 'merge', p.number::text, r.environments[1], p.merge_sha, p.base_branch, 'success',
      p.merged_at, p.merged_at
    ${merged} AND cardinality(r.environments) > 0
    ON CONFLICT (repository_id, source, external_id) DO UPDATE
    SET environment = EXCLUDED.environment, sha = EXCLUDED.sha, ref = EXCLUDED.ref, started_at = EXCLUDED.started_at,
      finished_at = EXCLUDED.finished_at
    WHERE (deployments.environment, deployments.sha, deployments.finished_at)
      IS DISTINCT FROM (EXCLUDED.environment, EXCLUDED.sha, EXCLUDED.finished_at)`
  await tx.$executeRaw`
    DELETE FROM deployments d
    WHERE d.repository_id = ANY(${[...repositoryIds]}::uuid[]) AND d.source = 'merge'
      AND (d.repository_id, d.external_id) NOT IN (SELECT r.id, p.number::text ${merged})`
}

/** A release has the commit of its tag, which GitHub does not give with it. */
async function followTags(tx: Db, repositoryIds: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE deployments d
    SET sha = t.sha
    FROM deployments t
    WHERE d.repository_id = ANY(${[...repositoryIds]}::uuid[]) AND d.source = 'release'
      AND t.repository_id = d.repository_id AND t.source = 'tag' AND t.external_id = d.ref
      AND t.sha IS NOT NULL AND d.sha IS DISTINCT FROM t.sha`
}

interface StoredDeployment extends Omit<DeploymentFact, 'finishedAt'>, DeploymentLink {
  repositoryId: string
  /** Successful, and of the source that counts. */
  isCounted: boolean
  isRepositoryPruned: boolean
  /** Its commits were pruned: what it ships stays as it was found. */
  isSettled: boolean
  finishedAt: Date
}

async function findDeployments(tx: Db, repositoryIds: readonly string[]): Promise<StoredDeployment[]> {
  return tx.$queryRaw<StoredDeployment[]>`
    SELECT
      d.id::text, d.repository_id::text AS "repositoryId", d.external_id AS "externalId", d.environment, d.service, d.sha, d.finished_at AS "finishedAt",
      ${isProduction(Prisma.sql`d.environment`)} AS "isProduction",
      d.status = 'success' AND d.finished_at IS NOT NULL AND d.source = r.counted_source AS "isCounted",
      d.previous_id::text AS "previousId", d.rolled_back_by_id::text AS "rolledBackById",
      d.is_empty AS "isEmpty", d.link, r.pruned_before IS NOT NULL AS "isRepositoryPruned",
      coalesce(d.finished_at < r.pruned_before, false) AS "isSettled"
    FROM (
      SELECT r.id, r.environments, r.pruned_before, ${countedSource} AS counted_source
      FROM repositories r
      WHERE r.id = ANY(${[...repositoryIds]}::uuid[])
      OFFSET 0
    ) r
    JOIN deployments d ON d.repository_id = r.id`
}

async function findCommits(tx: Db, repositoryId: string): Promise<CommitFact[]> {
  return tx.$queryRaw<CommitFact[]>`
    SELECT
      c.sha, c.parents, c.committed_at AS "committedAt", c.on_default_branch AS "onDefaultBranch",
      c.pull_request_id::text AS "pullRequestId"
    FROM commits c
    WHERE c.repository_id = ${repositoryId}::uuid`
}

async function findPulls(tx: Db, repositoryId: string): Promise<MergedPull[]> {
  return tx.$queryRaw<MergedPull[]>`
    SELECT
      p.id::text, p.merge_sha AS "mergeSha", p.merged_at AS "mergedAt",
      coalesce(p.base_branch = r.default_branch, true) AS "intoDefault"
    FROM pull_requests p
    JOIN repositories r ON r.id = p.repository_id
    WHERE p.repository_id = ${repositoryId}::uuid AND p.merged_at IS NOT NULL`
}

const unlinked: DeploymentLink = { previousId: null, rolledBackById: null, isEmpty: false, link: 'unknown' }

async function storeLinks(
  tx: Db,
  deployments: readonly StoredDeployment[],
  { deployments: links }: Shipping,
): Promise<void> {
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

interface StoreShipping {
  repositoryId: string
  shipping: Shipping
}

/** Only rows that differ are written, those that no deployment ships any longer among them. */
async function storePulls(tx: Db, { repositoryId, shipping: { pulls } }: StoreShipping): Promise<void> {
  await tx.$executeRaw`
    WITH shipped AS (
      SELECT *
      FROM unnest(${[...pulls.keys()]}::uuid[], ${[...pulls.values()]}::uuid[]) AS s(id, deployment_id)
    ), n AS (
      SELECT p.id, s.deployment_id, d.finished_at
      FROM pull_requests p
      JOIN repositories r ON r.id = p.repository_id
      LEFT JOIN shipped s ON s.id = p.id
      LEFT JOIN deployments d ON d.id = s.deployment_id
      WHERE p.repository_id = ${repositoryId}::uuid
        AND (p.deployment_id, p.deployed_at) IS DISTINCT FROM (s.deployment_id, d.finished_at)
        -- What was deployed before commits were pruned cannot be computed again.
        AND coalesce(least(p.deployed_at, d.finished_at) >= r.pruned_before, true)
    )
    UPDATE pull_requests p
    SET deployment_id = n.deployment_id, deployed_at = n.finished_at
    FROM n
    WHERE p.id = n.id`
}

async function storeCommits(tx: Db, { repositoryId, shipping: { commits } }: StoreShipping): Promise<void> {
  await tx.$executeRaw`
    WITH shipped AS (
      SELECT *
      FROM unnest(${[...commits.keys()]}::text[], ${[...commits.values()]}::uuid[]) AS s(sha, deployment_id)
    ), n AS (
      SELECT c.id, s.deployment_id
      FROM commits c
      LEFT JOIN shipped s ON s.sha = c.sha
      WHERE c.repository_id = ${repositoryId}::uuid AND c.deployment_id IS DISTINCT FROM s.deployment_id
    )
    UPDATE commits c
    SET deployment_id = n.deployment_id
    FROM n
    WHERE c.id = n.id`
}
