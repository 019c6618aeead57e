import {
  shippingOf,
  type CommitFact,
  type DeploymentFact,
  type DeploymentLink,
  type MergedPull,
} from '../../domain/delivery/shipping.js'
import type { Db } from '../../engine/client.js'
import { countedSource, isProduction } from './production.js'
import { Prisma } from '../../engine/sql.js'
import { storeShipping } from './store-shipping.js'

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
  for (const ids of groupsOf(found)) {
    const group = new Set(ids)
    await linkGroup(
      tx,
      ids,
      found.filter(({ repositoryId }) => group.has(repositoryId)),
    )
  }
}

/** Of commits and merged pull requests. */
const fewChanges = 200
const groupSize = 50

/** The ids of repositories whose changes are read together: of those with few changes many, each other one alone. */
function groupsOf(deployments: readonly StoredDeployment[]): string[][] {
  const isSmall = new Map(deployments.map(({ repositoryId, hasFewChanges }) => [repositoryId, hasFewChanges]))
  const small = [...isSmall].filter(([, few]) => few).map(([id]) => id)
  const large = [...isSmall].filter(([, few]) => !few).map(([id]) => [id])
  const groups = Array.from({ length: Math.ceil(small.length / groupSize) }, (_, at) =>
    small.slice(at * groupSize, (at + 1) * groupSize),
  )
  return [...groups, ...large]
}

async function linkGroup(
  tx: Db,
  repositoryIds: readonly string[],
  deployments: readonly StoredDeployment[],
): Promise<void> {
  const counted = deployments.filter(({ isCounted }) => isCounted)
  const deploying = [...new Set(counted.map(({ repositoryId }) => repositoryId))]
  const commits = await findCommits(tx, deploying)
  const pulls = await findPulls(tx, deploying)
  const shippings = deploying.map((id) => {
    const own = counted.filter(({ repositoryId }) => repositoryId === id)
    const shipping = shippingOf({
      commits: commits.filter(({ repositoryId }) => repositoryId === id),
      pulls: pulls.filter(({ repositoryId }) => repositoryId === id),
      deployments: own,
      isPruned: own[0]?.isRepositoryPruned,
    })
    return { repositoryId: id, shipping }
  })
  const open = deployments.filter(({ isSettled }) => !isSettled)
  await storeShipping(tx, { repositoryIds, deployments: open, shippings })
}

/**
 * Where merges are set as the source, each merge into the default branch is a deployment. Of a confidential
 * repository no base is stored: it counts as the default branch, unless the commit is known to be on none.
 */
async function recordMerges(tx: Db, repositoryIds: readonly string[]): Promise<void> {
  const merged = Prisma.sql`
    FROM repositories r
    JOIN pull_requests p ON p.repository_id = r.id
    WHERE r.id = ANY(${[...repositoryIds]}::uuid[]) AND r.deploy_source = 'merge' AND p.merged_at IS NOT NULL
      AND coalesce(p.base_branch = r.default_branch, (
        SELECT c.on_default_branch FROM commits c WHERE c.repository_id = p.repository_id AND c.sha = p.merge_sha
      ), true)`
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
  /** Whether its repository has few commits and merged pull requests. */
  hasFewChanges: boolean
}

async function findDeployments(tx: Db, repositoryIds: readonly string[]): Promise<StoredDeployment[]> {
  return tx.$queryRaw<StoredDeployment[]>`
    SELECT
      d.id::text, d.repository_id::text AS "repositoryId", d.external_id AS "externalId", d.environment, d.service, d.sha, d.finished_at AS "finishedAt",
      ${isProduction(Prisma.sql`d.environment`)} AS "isProduction",
      d.status = 'success' AND d.finished_at IS NOT NULL AND d.source = r.counted_source AS "isCounted",
      d.previous_id::text AS "previousId", d.rolled_back_by_id::text AS "rolledBackById",
      d.is_empty AS "isEmpty", d.link, r.pruned_before IS NOT NULL AS "isRepositoryPruned",
      coalesce(d.finished_at < r.pruned_before, false) AS "isSettled",
      r.changes < ${fewChanges} AS "hasFewChanges"
    FROM (
      SELECT r.id, r.environments, r.pruned_before, ${countedSource} AS counted_source, (
        SELECT count(*) FROM (
          (SELECT 1 FROM commits c WHERE c.repository_id = r.id LIMIT ${fewChanges})
          UNION ALL
          (SELECT 1 FROM pull_requests p WHERE p.repository_id = r.id AND p.merged_at IS NOT NULL LIMIT ${fewChanges})
        ) few) AS changes
      FROM repositories r
      WHERE r.id = ANY(${[...repositoryIds]}::uuid[])
      OFFSET 0
    ) r
    JOIN deployments d ON d.repository_id = r.id`
}

type OfRepository<Fact> = Fact & { repositoryId: string }

async function findCommits(tx: Db, repositoryIds: readonly string[]): Promise<OfRepository<CommitFact>[]> {
  if (repositoryIds.length === 0) return []
  return tx.$queryRaw<OfRepository<CommitFact>[]>`
    SELECT
      c.repository_id::text AS "repositoryId", c.sha, c.parents, c.committed_at AS "committedAt", c.on_default_branch AS "onDefaultBranch",
      c.pull_request_id::text AS "pullRequestId"
    FROM commits c
    WHERE c.repository_id = ANY(${[...repositoryIds]}::uuid[])`
}

async function findPulls(tx: Db, repositoryIds: readonly string[]): Promise<OfRepository<MergedPull>[]> {
  if (repositoryIds.length === 0) return []
  return tx.$queryRaw<OfRepository<MergedPull>[]>`
    SELECT
      p.repository_id::text AS "repositoryId", p.id::text, p.merge_sha AS "mergeSha", p.merged_at AS "mergedAt",
      coalesce(p.base_branch = r.default_branch, true) AS "intoDefault"
    FROM pull_requests p
    JOIN repositories r ON r.id = p.repository_id
    WHERE p.repository_id = ANY(${[...repositoryIds]}::uuid[]) AND p.merged_at IS NOT NULL`
}
