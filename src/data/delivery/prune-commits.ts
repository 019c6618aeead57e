import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { lockDelivery } from './store-facts.js'

/**
 * Before older commits are deleted: repositories keep the moment, so that no source brings them back, and what follows from
 * commits of before stays as it is.
 */
export async function recordPrunedCommits(tx: Db, before: Date): Promise<void> {
  await lockDelivery(tx)
  await tx.$executeRaw`
    UPDATE repositories SET pruned_before = ${before} WHERE pruned_before IS NULL OR pruned_before < ${before}`
}

/**
 * Whether nothing that is computed for a moment since `before` needs the commit `h`: what was deployed is compared with what
 * is deployed next, and the first commit of a pull request with its merge.
 */
export function isSettledCommit(before: Date): Prisma.Sql {
  return Prisma.sql`
    NOT EXISTS (SELECT FROM deployments d WHERE d.repository_id = h.repository_id AND d.sha = h.sha)
    AND NOT EXISTS (
      SELECT FROM pull_requests p
      WHERE p.id = h.pull_request_id AND coalesce(coalesce(p.merged_at, p.closed_at) >= ${before}, true))`
}

/** Whether figures of the day `date`, in UTC, can no longer be computed for the repositories `r` of the condition. */
export function isPrunedDay(date: Prisma.Sql, ofRepositories: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`EXISTS (
    SELECT FROM repositories r WHERE ${ofRepositories} AND ${date} < r.pruned_before AT TIME ZONE 'UTC')`
}
