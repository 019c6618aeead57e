import { bugConditions, type ValueFilter } from '../../bugs/bug-filter.js'
import {
  bugAgeDays,
  bugDelayCost,
  bugIsOpen,
  bugIsUnresolved,
  bugLoadPoints,
} from '../../bugs/bug-predicates.js'
import { unresolvedBugsBefore } from '../../bugs/bug-replay.js'
import { Prisma } from '../../../engine/sql.js'
import { bugsIn, inScope, type Scope } from '../scope.js'

/** The open bugs, with their flags and costs. */
export function openSample(scope: Scope): Prisma.Sql {
  const { asOf } = scope
  const { source, matches } = bugsIn(scope)
  return Prisma.sql`
    SELECT
      b.id,
      true AS counted,
      b.severity = 'critical' AS critical,
      b.severity = 'high' AS high,
      b.severity = 'medium' AS medium,
      b.severity = 'low' AS low,
      b.is_blocker AS blocker,
      ${bugConditions({ sla: any('breached') }, asOf)} AS breached,
      ${bugConditions({ sla: any('at_risk') }, asOf)} AS at_risk,
      b.revenue_impact,
      ${bugDelayCost(asOf)} AS delay_cost,
      ${bugAgeDays(asOf)} AS age_days
    FROM ${source}
    WHERE ${bugIsOpen} AND ${matches}`
}

/** The bugs that are open or deferred. */
export function backlogSample(scope: Scope): Prisma.Sql {
  const { to } = scope.window
  if (scope.past) {
    return Prisma.sql`
      SELECT b.bug_id AS id, true AS counted, b.status = 'deferred' AS deferred
      FROM (${unresolvedBugsBefore(to)}) b
      WHERE ${inScope(scope, Prisma.sql`b.bug_id`)}`
  }
  const { source, matches } = bugsIn(scope)
  return Prisma.sql`
    SELECT b.id, true AS counted, b.status = 'deferred' AS deferred
    FROM ${source}
    WHERE ${bugIsUnresolved} AND ${matches}`
}

/** The people with open bugs, and the sum of their load points. */
export function workloadSample(scope: Scope): Prisma.Sql {
  const { source, matches } = bugsIn(scope)
  return Prisma.sql`
    SELECT b.assigned_to_id AS id, sum(${bugLoadPoints}) AS points
    FROM ${source}
    WHERE ${bugIsOpen} AND b.assigned_to_id IS NOT NULL AND ${matches}
    GROUP BY b.assigned_to_id`
}

function any<T>(...values: T[]): ValueFilter<T> {
  return { values, none: false, negate: false }
}
