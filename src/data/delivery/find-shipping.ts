import type { Db } from '../../engine/client.js'

/** What sources reported, by id. */
interface Reported {
  /** All that are reported, or have a reported part. */
  repositories: readonly string[]
  /** Repositories with reported deployments. */
  deploying: readonly string[]
  commits: readonly string[]
  pullRequests: readonly string[]
}

/**
 * The repositories whose deployments may ship something else than before. A commit counts if a deployment can reach it, which is
 * by its own sha or as the parent of another, or if it is older than one: so does a merge. Most new commits are neither, and
 * computing what is shipped reads all commits of the repository.
 */
export async function findShipping(
  tx: Db,
  { repositories, deploying, commits, pullRequests }: Reported,
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    WITH reported AS (
      SELECT c.repository_id, c.sha, c.committed_at AS at, c.deployment_id
      FROM commits c
      WHERE c.id = ANY(${[...commits]}::uuid[]) OR c.pull_request_id = ANY(${[...pullRequests]}::uuid[])
      UNION ALL
      SELECT p.repository_id, p.merge_sha, p.merged_at, p.deployment_id
      FROM pull_requests p
      WHERE p.id = ANY(${[...pullRequests]}::uuid[]) AND p.merged_at IS NOT NULL
    ), ends AS (
      SELECT d.repository_id, max(d.finished_at) AS at
      FROM deployments d
      WHERE d.repository_id = ANY(${[...repositories]}::uuid[])
      GROUP BY d.repository_id
    ), parents AS (
      SELECT c.repository_id, unnest(c.parents) AS sha
      FROM commits c
      WHERE c.repository_id = ANY(${[...repositories]}::uuid[])
    )
    SELECT id::text FROM unnest(${[...deploying]}::uuid[]) AS d(id)
    UNION
    SELECT r.id::text
    FROM repositories r
    JOIN pull_requests p ON p.repository_id = r.id
    WHERE p.id = ANY(${[...pullRequests]}::uuid[]) AND r.deploy_source = 'merge'
    UNION
    SELECT n.repository_id::text
    FROM reported n
    JOIN ends e ON e.repository_id = n.repository_id
    WHERE n.at <= e.at OR n.deployment_id IS NOT NULL
    UNION
    SELECT n.repository_id::text
    FROM reported n
    JOIN deployments d ON d.repository_id = n.repository_id AND d.sha = n.sha
    UNION
    SELECT n.repository_id::text
    FROM reported n
    JOIN ends e ON e.repository_id = n.repository_id
    JOIN parents p ON p.repository_id = n.repository_id AND p.sha = n.sha
    ORDER BY 1`
  return rows.map(({ id }) => id)
}
