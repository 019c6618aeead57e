import { Prisma } from '../../engine/sql.js'
import { bugIsResolved } from '../bugs/bug-predicates.js'
import { deployedReverts } from './reverts.js'

/** For WITH, before `failures` and `repairs`, which both read it. */
export const deployedRevert = Prisma.sql`deployed_revert AS MATERIALIZED (${deployedReverts})`

/**
 * The deployments that failed: `deployment_id`, `recovered_at` (null if not, or without a known date), and whether it is
 * `recovered`. A deployment fails by a bug or an issue that it caused, by a rollback after it, and by a deployed revert of
 * what it shipped. It has recovered at the earliest of the rollback, the revert, and the last resolution once no cause is open.
 */
export const failures = Prisma.sql`
  SELECT
    deployment_id,
    least(min(fixed_at), CASE WHEN count(*) FILTER (WHERE is_open) = 0 THEN max(resolved_at) END) AS recovered_at,
    count(fixed_at) > 0 OR count(*) FILTER (WHERE is_open) = 0 AS recovered
  FROM (
    SELECT
      d.id AS deployment_id,
      -- A look at each: a join would read every deployment.
      (SELECT r.finished_at FROM deployments r WHERE r.id = d.rolled_back_by_id) AS fixed_at,
      NULL::timestamptz AS resolved_at, NULL::boolean AS is_open
    FROM deployments d
    WHERE d.rolled_back_by_id IS NOT NULL
    UNION ALL
    SELECT failed_id, fixed_at, NULL, NULL FROM deployed_revert WHERE failed_id IS NOT NULL
    UNION ALL
    SELECT b.caused_by_deployment_id, NULL, b.resolved_at, NOT ${bugIsResolved}
    FROM bugs b
    WHERE b.caused_by_deployment_id IS NOT NULL
    UNION ALL
    SELECT i.caused_by_deployment_id, NULL, i.closed_at, i.state <> 'closed'
    FROM issues i
    WHERE i.caused_by_deployment_id IS NOT NULL AND i.gone_at IS NULL
  ) cause
  GROUP BY deployment_id`

/** The ids of deployments that repair: rollbacks, and those that ship a revert or the fix of a failure. */
export const repairs = Prisma.sql`
  SELECT d.rolled_back_by_id AS id FROM deployments d WHERE d.rolled_back_by_id IS NOT NULL
  UNION
  SELECT fix_id FROM deployed_revert
  UNION
  SELECT p.deployment_id
  FROM pull_requests p
  JOIN bugs b ON b.id = p.bug_id
  LEFT JOIN issues i ON i.bug_id = b.id
  WHERE p.bug_id IS NOT NULL AND p.deployment_id IS NOT NULL
    AND coalesce(b.caused_by_deployment_id, i.caused_by_deployment_id) <> p.deployment_id`
