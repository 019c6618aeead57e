import { severities } from '../../domain/bug.js'
import { required } from '../../errors.js'
import type { Workload } from '../../shapes/workload.js'
import { bugConditions } from '../bugs/bug-filter.js'
import { bugIsOpen, bugLoadPoints } from '../bugs/bug-predicates.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import type { List } from '../../engine/list.js'
import type { Sortable } from '../../engine/sort.js'

interface WorkloadOf {
  /** Null for all users. */
  userId: string | null
  /** The moment at which SLA states are evaluated. */
  now: Date
}

const integer = Prisma.sql`integer`
const text = Prisma.sql`text`

const count = (name: string): Sortable => ({
  sql: Prisma.raw(`coalesce(w."${name}", 0)`),
  type: integer,
  nullable: false,
})

/** By JSON field name. */
const sortable: Record<string, Sortable> = {
  email: { sql: Prisma.sql`u.email`, type: text, nullable: false },
  name: { sql: Prisma.sql`u.name`, type: text, nullable: false },
  open: count('open'),
  blockers: count('blockers'),
  severityPoints: count('points'),
  estimatedHours: { sql: Prisma.sql`w."estimatedHours"`, type: Prisma.sql`numeric`, nullable: true },
  atRisk: count('atRisk'),
  breached: count('breached'),
  overdue: count('overdue'),
  revenueAtRisk: { sql: Prisma.sql`w.revenue`, type: Prisma.sql`numeric`, nullable: true },
}

export const workloadSortFields = Object.keys(sortable)

/** The one with the most to do first; active ones with nothing to do are there too. */
export function workloadList({ userId, now }: WorkloadOf): List<Workload> {
  const bySeverity = severities.map((severity) => Prisma.raw(`'${severity}', coalesce(w."${severity}", 0)`))
  return {
    columns: Prisma.sql`
      u.id::text, u.email, u.name, u.role::text, coalesce(w.open, 0) AS open,
      jsonb_build_object(${Prisma.join(bySeverity)}) AS "bySeverity", coalesce(w.blockers, 0) AS blockers,
      coalesce(w.points, 0) AS "severityPoints",
      round((w.points / w.median)::numeric, 2)::float8 AS "loadRatio",
      w."estimatedHours"::text, coalesce(w.estimated, 0) AS estimated, coalesce(w."atRisk", 0) AS "atRisk",
      coalesce(w.breached, 0) AS breached, coalesce(w.overdue, 0) AS overdue,
      round(w.revenue, 2)::text AS "revenueAtRisk"`,
    from: Prisma.sql`
      users u
      LEFT JOIN (
        WITH load AS MATERIALIZED (${loads(now)})
        SELECT load.*, (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY points) FROM load) AS median FROM load
      ) w ON w.id = u.id`,
    where:
      userId === null ? Prisma.sql`(u.is_active OR w.id IS NOT NULL)` : Prisma.sql`u.id = ${userId}::uuid`,
    sortable,
    order: [
      { field: 'severityPoints', descending: true },
      { field: 'email', descending: false },
    ],
    id: { sql: Prisma.sql`u.id`, type: Prisma.sql`uuid`, nullable: false },
  }
}

export interface Balance {
  /** The largest points of a person ÷ the median of those with any; null if no one has any. */
  imbalance: number | null
  /** Users with open bugs. */
  loaded: number
  /** Open bugs without an assignee. */
  unassigned: number
}

/** How evenly open bugs are distributed. */
export async function getBalance(db: Db, { now }: { now: Date }): Promise<Balance> {
  const [row] = await db.$queryRaw<Balance[]>`
    SELECT
      round((max(points) / percentile_cont(0.5) WITHIN GROUP (ORDER BY points))::numeric, 2)::float8 AS imbalance,
      count(*)::int AS loaded,
      (SELECT count(*)::int FROM bugs b WHERE ${bugIsOpen} AND b.assigned_to_id IS NULL) AS unassigned
    FROM (${loads(now)}) w`
  return required(row, 'the row of an aggregate')
}

/** The loads of all people with open bugs. */
function loads(now: Date): Prisma.Sql {
  const inState = (state: 'at_risk' | 'breached') =>
    bugConditions({ sla: { values: [state], none: false, negate: false } }, now)
  const ofSeverity = severities.map((severity) =>
    Prisma.raw(`count(*) FILTER (WHERE b.severity = '${severity}')::int AS "${severity}"`),
  )
  return Prisma.sql`
    SELECT
      b.assigned_to_id AS id, count(*)::int AS open, ${Prisma.join(ofSeverity)},
      count(*) FILTER (WHERE b.is_blocker)::int AS blockers,
      sum(${bugLoadPoints})::int AS points,
      sum(b.estimated_hours) AS "estimatedHours", count(b.estimated_hours)::int AS estimated,
      count(*) FILTER (WHERE ${inState('at_risk')})::int AS "atRisk",
      count(*) FILTER (WHERE ${inState('breached')})::int AS breached,
      count(*) FILTER (WHERE ${inState('at_risk')} OR ${inState('breached')})::int AS overdue,
      sum(b.revenue_impact) AS revenue
    FROM bugs b
    WHERE ${bugIsOpen} AND b.assigned_to_id IS NOT NULL
    GROUP BY b.assigned_to_id`
}
