import type { TeamMember } from '../../shapes/metric-report.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { required } from '../../errors.js'
import { sampleQuery } from './figures.js'
import { bugsIn, type Scope } from './scope.js'
import { bugConditions } from '../bugs/bug-filter.js'
import { bugIsOpen, bugLoadPoints } from '../bugs/bug-predicates.js'

/** The load of the open bugs without an assignee. */
export async function getUnassignedLoad(db: Db, scope: Scope): Promise<{ open: number; points: number }> {
  const { source, matches } = bugsIn(scope)
  const [load] = await db.$queryRaw<{ open: number; points: number }[]>`
    SELECT count(*)::int AS open, coalesce(sum(${bugLoadPoints}), 0)::int AS points
    FROM ${source}
    WHERE ${bugIsOpen} AND b.assigned_to_id IS NULL AND ${matches}`
  return required(load, 'a row of an aggregate')
}

/** The people with any figures, the heaviest load first. */
export async function getTeam(db: Db, scope: Scope): Promise<TeamMember[]> {
  const { source, matches } = bugsIn(scope)
  const {
    past,
    window: { to },
  } = scope
  const isIn = (state: 'at_risk' | 'breached') =>
    bugConditions({ sla: { values: [state], none: false, negate: false } }, to)
  // Past assignees are replayed once; present ones are looked up.
  const once = Prisma.raw(past ? 'MATERIALIZED' : 'NOT MATERIALIZED')
  return db.$queryRaw<TeamMember[]>`
    WITH owned AS ${once} (
      SELECT b.id, b.assigned_to_id AS person FROM ${source} WHERE b.assigned_to_id IS NOT NULL AND ${matches}
    ), load AS (
      SELECT
        b.assigned_to_id AS person, count(*)::int AS open, sum(${bugLoadPoints})::int AS points,
        count(*) FILTER (WHERE ${isIn('at_risk')})::int AS at_risk,
        count(*) FILTER (WHERE ${isIn('breached')})::int AS breached,
        sum(b.estimated_hours)::text AS estimated_hours, sum(b.revenue_impact)::text AS revenue_at_risk
      FROM ${source}
      WHERE ${bugIsOpen} AND b.assigned_to_id IS NOT NULL AND ${matches}
      GROUP BY 1
    ), resolution AS (
      SELECT
        owned.person, count(*)::int AS resolved,
        round(percentile_cont(0.5) WITHIN GROUP (ORDER BY r.hours)::numeric, 2)::double precision AS median
      FROM (${sampleQuery('resolution', scope)}) r
      JOIN owned ON owned.id = r.id
      GROUP BY 1
    ), verdict AS (
      SELECT owned.person, count(*)::int AS judged, round(avg(v.met::int), 4)::double precision AS compliance
      FROM (${sampleQuery('slaVerdict', scope)}) v
      JOIN owned ON owned.id = v.id
      GROUP BY 1
    )
    SELECT
      u.id::text, u.email, u.name,
      coalesce(resolution.resolved, 0) AS resolved, resolution.median AS "medianResolution",
      verdict.compliance AS "slaCompliance", coalesce(verdict.judged, 0) AS "slaJudged",
      coalesce(load.open, 0) AS open, coalesce(load.points, 0) AS points,
      coalesce(load.at_risk, 0) AS "atRisk", coalesce(load.breached, 0) AS breached,
      load.estimated_hours AS "estimatedHours", load.revenue_at_risk AS "revenueAtRisk"
    FROM users u
    LEFT JOIN load ON load.person = u.id
    LEFT JOIN resolution ON resolution.person = u.id
    LEFT JOIN verdict ON verdict.person = u.id
    WHERE load.person IS NOT NULL OR resolution.person IS NOT NULL OR verdict.person IS NOT NULL
    ORDER BY coalesce(load.points, 0) DESC, coalesce(resolution.resolved, 0) DESC, u.email, u.id`
}
