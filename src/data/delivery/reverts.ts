import { Prisma } from '../../engine/sql.js'

/** More reverts of reverts than anybody makes: a cycle in the data ends here. */
const longestChain = Prisma.raw('20')

/**
 * The changes that revert another one: `change` and `target`, each the id of a pull request, or of a commit that belongs to
 * none. A revert of a revert is a plain change, so that only an odd number of steps to a plain change makes a revert.
 */
export const reverts = Prisma.sql`
  WITH RECURSIVE step AS MATERIALIZED (
    SELECT p.id AS change, p.reverts_id AS target
    FROM pull_requests p
    WHERE p.reverts_id IS NOT NULL AND p.merged_at IS NOT NULL
    UNION
    SELECT coalesce(own.id, merge.id, c.id), coalesce(t.pull_request_id, merged.id, t.id)
    FROM commits c
    LEFT JOIN commits t ON t.repository_id = c.repository_id AND t.sha = c.reverts_sha
    LEFT JOIN pull_requests own ON own.id = c.pull_request_id
    -- A push does not contain the pull request of a commit, but a merge contains its commit.
    LEFT JOIN pull_requests merge ON merge.repository_id = c.repository_id AND merge.merge_sha = c.sha
    LEFT JOIN pull_requests merged ON merged.repository_id = c.repository_id AND merged.merge_sha = c.reverts_sha
    WHERE c.reverts_sha IS NOT NULL
      AND CASE
        WHEN own.id IS NULL THEN merge.id IS NOT NULL OR c.on_default_branch
        ELSE own.merged_at IS NOT NULL
      END
      AND coalesce(own.id, merge.id, c.id) <> coalesce(t.pull_request_id, merged.id, t.id)
  ), chain AS (
    SELECT change, target AS next, 1 AS length FROM step
    UNION ALL
    SELECT chain.change, step.target, chain.length + 1
    FROM chain
    JOIN step ON step.change = chain.next
    WHERE chain.length < ${longestChain}
  )
  SELECT step.change, step.target
  FROM step
  WHERE step.change IN (SELECT chain.change FROM chain GROUP BY chain.change HAVING max(chain.length) % 2 = 1)`

/**
 * The reverts of which either side is deployed: the deployment that shipped the target, the one that shipped the revert, and
 * when. A revert that is shipped together with its target never reached production alone, and is left out.
 */
export const deployedReverts = Prisma.sql`
  SELECT target.deployment_id AS failed_id, change.deployment_id AS fix_id, change.deployed_at AS fixed_at
  FROM (${reverts}) e
  CROSS JOIN LATERAL (${deploymentOf(Prisma.sql`e.change`)}) change
  CROSS JOIN LATERAL (${deploymentOf(Prisma.sql`e.target`)}) target
  WHERE change.deployment_id IS NOT NULL AND target.deployment_id IS DISTINCT FROM change.deployment_id`

function deploymentOf(change: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT p.deployment_id, p.deployed_at FROM pull_requests p WHERE p.id = ${change}
    UNION ALL
    SELECT c.deployment_id, d.finished_at
    FROM commits c
    LEFT JOIN deployments d ON d.id = c.deployment_id
    WHERE c.id = ${change}`
}
