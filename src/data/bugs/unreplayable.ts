import { Prisma } from '../../engine/generated/client.js'

/** Where the value of each replayed field stands today, as history spells it. */
const todaysValue = Prisma.sql`
  CASE h.field_changed
    WHEN 'status' THEN b.status::text
    WHEN 'severity' THEN b.severity::text
    WHEN 'slaHours' THEN b.sla_hours::text
    WHEN 'revenueImpact' THEN b.revenue_impact::text
    WHEN 'isBlocker' THEN b.is_blocker::text
    WHEN 'actualHours' THEN b.actual_hours::text
    WHEN 'assignedToId' THEN b.assigned_to_id::text
    WHEN 'projectId' THEN b.project_id::text
  END`

/**
 * The bugs whose history does not tell what they were: bug_id. Its last change leads to something else than they are,
 * or a change found something else than the one before had left. A deleted person or project is no contradiction.
 */
export const unreplayableBugs = unreplayableBugsAmong(Prisma.sql`true`)

/** Likewise, of the bugs for which a condition on `bug_id` holds. */
export function unreplayableBugsAmong(condition: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
  SELECT DISTINCT h.bug_id
  FROM (
    SELECT
      bug_id, field_changed, old_value, new_value,
      lag(new_value) OVER changes AS left_value, lag(seq) OVER changes AS before, lead(seq) OVER changes AS next
    FROM bug_history
    WHERE field_changed IN
      ('status', 'severity', 'slaHours', 'revenueImpact', 'isBlocker', 'actualHours', 'assignedToId', 'projectId')
      AND ${condition}
    WINDOW changes AS (PARTITION BY bug_id, field_changed ORDER BY changed_at, seq)
  ) h
  JOIN bugs b ON b.id = h.bug_id
  WHERE h.before IS NOT NULL AND h.old_value IS DISTINCT FROM h.left_value
    OR h.next IS NULL AND h.new_value IS DISTINCT FROM ${todaysValue}
      AND NOT (h.field_changed IN ('assignedToId', 'projectId') AND ${todaysValue} IS NULL)`
}
