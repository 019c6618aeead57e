import { Prisma } from '../../../engine/sql.js'
import { resolvedWords } from '../../bugs/bug-predicates.js'
import { bugsIn, type Scope } from '../scope.js'

/**
 * The bugs created in the window: hours until the first response, null for those still untouched. A bug created assigned
 * or past pending has 0; an imported one is excluded, since its response time is unknown. An imported bug whose first dated
 * step is its resolution counts with that, and `by_resolution` marks it: the export may leave out an earlier response.
 */
export function firstResponseSample(scope: Scope): Prisma.Sql {
  const { from, to } = scope.window
  const { source, matches } = bugsIn(scope)
  return Prisma.sql`
    SELECT
      b.id,
      CASE
        WHEN beginning.touched THEN 0
        WHEN response.at IS NULL THEN NULL
        ELSE extract(epoch FROM greatest(response.at, b.created_at) - b.created_at) / 3600
      END AS hours,
      NOT beginning.touched AND response.at IS NULL AS untouched,
      NOT beginning.touched AND coalesce(response.is_resolution, false) AND ${isImported} AS by_resolution
    FROM ${source}
    CROSS JOIN LATERAL (
      SELECT
        min(h.changed_at) FILTER (
          WHERE ${isResponse}
        ) AS at,
        (array_agg(h.field_changed = 'status' AND h.new_value IN (${resolvedWords}) ORDER BY h.changed_at, h.seq) FILTER (
          WHERE ${isResponse}
        ))[1] AS is_resolution,
        (array_agg(h.old_value ORDER BY h.changed_at, h.seq) FILTER (WHERE h.field_changed = 'status'))[1] AS status,
        (array_agg(h.old_value ORDER BY h.changed_at, h.seq) FILTER (WHERE h.field_changed = 'assignedToId'))[1]
          AS assignee,
        coalesce(bool_or(h.field_changed = 'assignedToId'), false) AS knows_assignee
      FROM bug_history h
      WHERE h.bug_id = b.id AND h.field_changed IN ('status', 'assignedToId') AND h.changed_at < ${to}
    ) response
    CROSS JOIN LATERAL (
      SELECT
        coalesce(response.status, b.status::text) <> 'pending'
          OR CASE WHEN response.knows_assignee THEN response.assignee IS NOT NULL ELSE b.assigned_to_id IS NOT NULL END
          AS touched
    ) beginning
    WHERE b.created_at >= ${from} AND b.created_at < ${to} AND ${matches}
      AND NOT (beginning.touched AND ${isImported})`
}

const isImported = Prisma.sql`(b.import_id IS NOT NULL OR b.external_id IS NOT NULL)`

const isResponse = Prisma.sql`
  (h.field_changed = 'status' AND h.old_value = 'pending' OR h.field_changed = 'assignedToId' AND h.new_value IS NOT NULL)`
