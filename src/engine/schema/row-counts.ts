import type { RowCounts } from '../../shapes/database.js'
import type { Db } from '../client.js'

export type { RowCounts }

export async function countRows(db: Db): Promise<RowCounts> {
  const [counts] = await db.$queryRaw<RowCounts[]>`
    SELECT
      (SELECT count(*)::int FROM users) AS users,
      (SELECT count(*)::int FROM projects) AS projects,
      (SELECT count(*)::int FROM bugs) AS bugs,
      (SELECT count(*)::int FROM bug_history) AS "bugHistory",
      (SELECT count(*)::int FROM project_metrics) AS "projectMetrics",
      (SELECT count(*)::int FROM monthly_metrics) AS "monthlyMetrics",
      (SELECT count(*)::int FROM portfolio_metrics) AS "portfolioMetrics",
      (SELECT count(*)::int FROM import_logs) AS "importLogs"`
  if (!counts) throw new Error('an aggregate without a row')
  return counts
}
