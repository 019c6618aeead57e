import { Prisma } from '../../../engine/sql.js'
import { bugsIn, inScope, type Scope } from '../scope.js'

/**
 * Hours booked in the window: every increase of actualHours, and the hours that a bug was created with, since creation
 * writes no history.
 */
export function effortSample(scope: Scope): Prisma.Sql {
  const { from, to } = scope.window
  return Prisma.sql`
    SELECT h.bug_id AS id, coalesce(h.new_value::numeric, 0) - coalesce(h.old_value::numeric, 0) AS hours
    FROM bug_history h
    WHERE h.field_changed = 'actualHours' AND h.changed_at >= ${from} AND h.changed_at < ${to}
      AND coalesce(h.new_value::numeric, 0) > coalesce(h.old_value::numeric, 0)
      AND ${inScope(scope, Prisma.sql`h.bug_id`)}
    UNION ALL
    SELECT b.id, beginning.hours
    FROM bugs b
    CROSS JOIN LATERAL (
      SELECT CASE WHEN count(*) > 0 THEN (array_agg(h.old_value ORDER BY h.changed_at, h.seq))[1]::numeric
        ELSE b.actual_hours END AS hours
      FROM bug_history h
      WHERE h.bug_id = b.id AND h.field_changed = 'actualHours'
    ) beginning
    WHERE b.created_at >= ${from} AND b.created_at < ${to} AND beginning.hours > 0
      AND ${inScope(scope, Prisma.sql`b.id`)}`
}

/** The bugs resolved in the window that have an estimate and actual hours. */
export function estimateSample(scope: Scope): Prisma.Sql {
  const { from, to } = scope.window
  const { source, matches } = bugsIn(scope)
  return Prisma.sql`
    SELECT b.id, b.actual_hours / b.estimated_hours AS ratio
    FROM ${source}
    WHERE b.resolved_at >= ${from} AND b.resolved_at < ${to}
      AND b.estimated_hours > 0 AND b.actual_hours IS NOT NULL
      AND ${matches}`
}
