import { openStatuses, resolvedStatuses } from '../../domain/bug.js'
import { Prisma } from '../generated/client.js'

/*
 * What bugs were, told from bug_history, which is read in order of changed_at, seq. Windows are half-open: `to` is the
 * first moment behind them. Each of these is a SELECT, to stand in a FROM.
 */

/** Half-open `[from, to)`. */
export interface Period {
  from: Date
  to: Date
}

const open = words(openStatuses)
const resolved = words(resolvedStatuses)

/**
 * The bugs that existed right before `at`, as they were: id, status, severity, revenue_impact. A field was what the
 * last change before `at` made it, else what the first change found, else what it is today.
 */
export function bugsBefore(at: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT
      b.id,
      coalesce(v.status, b.status::text) AS status,
      coalesce(v.severity, b.severity::text) AS severity,
      CASE WHEN v.knows_revenue THEN v.revenue_impact::numeric ELSE b.revenue_impact END AS revenue_impact
    FROM bugs b
    LEFT JOIN (
      SELECT
        bug_id,
        max(value) FILTER (WHERE field_changed = 'status') AS status,
        max(value) FILTER (WHERE field_changed = 'severity') AS severity,
        max(value) FILTER (WHERE field_changed = 'revenueImpact') AS revenue_impact,
        bool_or(field_changed = 'revenueImpact') AS knows_revenue
      FROM (${valuesBefore(at)}) nearest
      GROUP BY bug_id
    ) v ON v.bug_id = b.id
    WHERE b.created_at < ${at}`
}

/** The change nearest to `at` tells the value: what it made of the field where it came before, else what it found. */
function valuesBefore(at: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT DISTINCT ON (bug_id, field_changed)
      bug_id, field_changed, CASE WHEN changed_at < ${at} THEN new_value ELSE old_value END AS value
    FROM bug_history
    WHERE field_changed IN ('status', 'severity', 'revenueImpact')
    ORDER BY
      bug_id, field_changed, changed_at >= ${at}, greatest(changed_at - ${at}::timestamptz, ${at}::timestamptz - changed_at),
      CASE WHEN changed_at < ${at} THEN -seq ELSE seq END`
}

/**
 * Every resolution in the period: bug_id. A bug resolved twice is there twice. One that was created resolved counts
 * when it was created, and so does a step dated before its bug existed, or the sum of the backlog would not hold:
 * backlog at the end = backlog at the beginning + created + reopened − resolved − deleted.
 */
export function resolutionsIn({ from, to }: Period): Prisma.Sql {
  return Prisma.sql`
    SELECT h.bug_id
    FROM bug_history h
    JOIN bugs b ON b.id = h.bug_id
    WHERE h.field_changed = 'status'
      AND h.new_value IN (${resolved}) AND (h.old_value IN (${resolved})) IS NOT TRUE
      AND greatest(h.changed_at, b.created_at) >= ${from} AND greatest(h.changed_at, b.created_at) < ${to}
    UNION ALL
    SELECT b.id
    FROM bugs b
    LEFT JOIN LATERAL (
      SELECT old_value AS status
      FROM bug_history
      WHERE bug_id = b.id AND field_changed = 'status'
      ORDER BY changed_at, seq
      LIMIT 1
    ) first ON true
    WHERE b.created_at >= ${from} AND b.created_at < ${to}
      AND coalesce(first.status, b.status::text) IN (${resolved})`
}

/**
 * The bugs that were resolved at the end of the period, and became so in it: id, hours from creation to resolution
 * without those in which nobody was meant to work: deferred, or resolved until reopened. Resolved without a date, or
 * dated before its creation, a bug is left out.
 */
export function resolvedBugsIn(period: Period): Prisma.Sql {
  return Prisma.sql`
    SELECT r.id, (extract(epoch FROM r.at - r.created_at) - coalesce(idle.seconds, 0)) / 3600 AS hours
    FROM (${resolutionDates(period)}) r
    CROSS JOIN LATERAL (
      SELECT
        sum(extract(epoch FROM least(coalesce(s.until, r.at), r.at) - greatest(s.since, r.created_at)))
          AS seconds
      FROM (${statusSpans}) s
      WHERE s.status NOT IN (${open})
        AND greatest(s.since, r.created_at) < least(coalesce(s.until, r.at), r.at)
    ) idle
    WHERE r.at >= r.created_at`
}

/** Today's resolvedAt holds where the status has not changed since the period; elsewhere history tells. */
function resolutionDates({ from, to }: Period): Prisma.Sql {
  return Prisma.sql`
    SELECT b.id, b.created_at, b.resolved_at AS at
    FROM bugs b
    WHERE b.resolved_at >= ${from} AND b.resolved_at < ${to}
      AND NOT EXISTS (
        SELECT 1 FROM bug_history h
        WHERE h.bug_id = b.id AND h.field_changed = 'status' AND h.changed_at >= ${to})
    UNION ALL
    SELECT b.id, b.created_at, was.resolved_at
    FROM bugs b
    JOIN (
      SELECT DISTINCT bug_id FROM bug_history WHERE field_changed = 'status' AND changed_at >= ${to}
    ) later ON later.bug_id = b.id
    CROSS JOIN LATERAL (
      SELECT
        (array_agg(h.new_value ORDER BY h.changed_at DESC, h.seq DESC))[1] AS status,
        max(h.changed_at) FILTER (
          WHERE h.new_value IN (${resolved}) AND (h.old_value IN (${resolved})) IS NOT TRUE
        ) AS resolved_at
      FROM bug_history h
      WHERE h.bug_id = b.id AND h.field_changed = 'status' AND h.changed_at < ${to}
    ) was
    WHERE was.status IN (${resolved}) AND was.resolved_at >= ${from}`
}

/** How long the bug `r` was in which status: since, until; until is null for the last one. Empty without history. */
const statusSpans = Prisma.sql`
  SELECT new_value AS status, changed_at AS since, lead(changed_at) OVER (ORDER BY changed_at, seq) AS until
  FROM bug_history
  WHERE bug_id = r.id AND field_changed = 'status'
  UNION ALL
  (
    SELECT old_value, r.created_at, changed_at
    FROM bug_history
    WHERE bug_id = r.id AND field_changed = 'status'
    ORDER BY changed_at, seq
    LIMIT 1
  )`

function words(statuses: readonly string[]): Prisma.Sql {
  return Prisma.raw(statuses.map((status) => `'${status}'`).join(', '))
}
