import type { Period } from '../../domain/period.js'
import { Prisma } from '../../engine/sql.js'
import { bugIsUnresolved, openWords, resolvedWords, unresolvedWords } from './bug-predicates.js'

/*
 * Past states of bugs, computed from bug_history in order of changed_at, seq. Windows are half-open: `to` is the first
 * moment after them. Each function returns a SELECT for a FROM clause.
 */

/**
 * The events that changed the backlog in the period: bug_id, at, and the changes of created, resolved, reopened and
 * deferred. A bug that was created resolved counts as both, and a step dated before its bug counts at the bug's creation,
 * so that the sum holds: backlog at the end = backlog at the start + created + reopened − resolved.
 */
export function backlogEventsIn(period: Period): Prisma.Sql {
  const { from, to } = period
  return Prisma.sql`
    WITH born AS MATERIALIZED (
      SELECT b.id, b.created_at, coalesce(first.old_value, b.status::text) AS status, first.changed_at AS first_step_at
      FROM bugs b
      LEFT JOIN LATERAL (
        SELECT h.old_value, h.changed_at
        FROM bug_history h
        WHERE h.bug_id = b.id AND h.field_changed = 'status'
        ORDER BY h.changed_at, h.seq
        LIMIT 1
      ) first ON true
      WHERE b.created_at >= ${from} AND b.created_at < ${to}
    )
    SELECT
      id AS bug_id, created_at AS at, 1 AS created, (status IN (${resolvedWords}))::int AS resolved, 0 AS reopened,
      (status = 'deferred')::int AS deferred
    FROM born
    UNION ALL
    SELECT h.bug_id, h.at, 0, step.resolved, step.reopened, step.deferred
    FROM (${statusStepsIn(period)}) h
    CROSS JOIN LATERAL (
      SELECT
        (h.new_value IN (${resolvedWords}) AND h.old_value NOT IN (${resolvedWords}))::int AS resolved,
        (h.old_value IN (${resolvedWords}) AND h.new_value NOT IN (${resolvedWords}))::int AS reopened,
        (h.new_value = 'deferred')::int - (h.old_value = 'deferred')::int AS deferred
    ) step
    WHERE step.resolved + step.reopened > 0 OR step.deferred <> 0`
}

/**
 * Two searches, each with an index, instead of one by the later of two dates. A step before its bug is possible only for a
 * bug of `born` whose first step was before the period, so only those are read.
 */
function statusStepsIn({ from, to }: Period): Prisma.Sql {
  return Prisma.sql`
    SELECT
      h.bug_id, greatest(h.changed_at, young.created_at) AS at, coalesce(h.old_value, '') AS old_value, h.new_value
    FROM bug_history h
    LEFT JOIN bugs young ON young.id = h.bug_id AND young.created_at >= ${from}
    WHERE h.field_changed = 'status' AND h.changed_at >= ${from} AND h.changed_at < ${to}
      AND coalesce(young.created_at < ${to}, true)
    UNION ALL
    SELECT h.bug_id, born.created_at, coalesce(h.old_value, ''), h.new_value
    FROM born
    JOIN bug_history h ON h.bug_id = born.id
    WHERE born.first_step_at < ${from} AND h.field_changed = 'status' AND h.changed_at < ${from}`
}

/**
 * The bugs that were resolved in the period and still at its end: id, and hours from creation to resolution without idle
 * time, in which the bug was deferred, or resolved until reopened. Excludes bugs resolved without a date, or dated before
 * their creation.
 */
export function resolvedBugsIn(period: Period): Prisma.Sql {
  return Prisma.sql`
    SELECT r.id, (extract(epoch FROM r.at - r.created_at) - idle.seconds) / 3600 AS hours
    FROM (${resolutionDates(period)}) r
    CROSS JOIN LATERAL (
      SELECT coalesce(
        sum(${openStep} * extract(epoch FROM greatest(h.changed_at, r.created_at) - r.created_at))
          + CASE
              WHEN (array_agg(h.new_value ORDER BY h.changed_at DESC, h.seq DESC))[1] IN (${openWords}) THEN 0
              ELSE extract(epoch FROM r.at - r.created_at)
            END,
        0) AS seconds
      FROM bug_history h
      WHERE h.bug_id = r.id AND h.field_changed = 'status' AND h.changed_at <= r.at
    ) idle
    WHERE r.at >= r.created_at`
}

/**
 * The effect of the history row `h`: 1 opened the bug, −1 closed or paused it. Times of openings minus times of closings,
 * counted from the creation, give the time in which it was not open; if it is not open at the end, the end counts as an
 * opening.
 */
export const openStep = Prisma.sql`((h.new_value IN (${openWords}))::int - (h.old_value IN (${openWords}))::int)`

/** Uses today's resolvedAt if the status has not changed since the period; otherwise history. */
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
    FROM (
      SELECT DISTINCT bug_id
      FROM bug_history step
      WHERE field_changed = 'status' AND changed_at >= ${from} AND changed_at < ${to} AND new_value IN (${resolvedWords})
        AND EXISTS (
          SELECT 1 FROM bug_history h
          WHERE h.bug_id = step.bug_id AND h.field_changed = 'status' AND h.changed_at >= ${to})
    ) stepped
    JOIN bugs b ON b.id = stepped.bug_id
    CROSS JOIN LATERAL (
      SELECT
        (array_agg(h.new_value ORDER BY h.changed_at DESC, h.seq DESC) FILTER (WHERE h.changed_at < ${to}))[1]
          AS status,
        max(h.changed_at) FILTER (
          WHERE h.changed_at < ${to} AND h.new_value IN (${resolvedWords}) AND (h.old_value IN (${resolvedWords})) IS NOT TRUE
        ) AS resolved_at
      FROM bug_history h
      WHERE h.bug_id = b.id AND h.field_changed = 'status'
    ) was
    WHERE was.status IN (${resolvedWords}) AND was.resolved_at >= ${from}`
}

/** The status after the last step before `at`, of each bug with one. In the order of the index, backwards. */
export function lastStatusBefore(at: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT DISTINCT ON (bug_id) bug_id, new_value AS status
    FROM bug_history
    WHERE field_changed = 'status' AND changed_at < ${at}
    ORDER BY bug_id DESC, changed_at DESC, seq DESC`
}

/** The status before the first step since `at`, of each bug with one. */
export function firstStatusSince(at: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT DISTINCT ON (bug_id) bug_id, old_value AS status
    FROM bug_history
    WHERE field_changed = 'status' AND changed_at >= ${at}
    ORDER BY bug_id, changed_at, seq`
}

/** The bug `b` still has its initial status. */
const neverStepped = Prisma.sql`NOT EXISTS (
  SELECT 1 FROM bug_history h WHERE h.bug_id = b.id AND h.field_changed = 'status')`

/**
 * The bugs that were open or deferred right before `at`: bug_id, status. `bugsTable` has all their fields; if only the
 * status is needed, the last step decides for most bugs, without reading them.
 */
export function unresolvedBugsBefore(at: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT was.bug_id, was.status
    FROM (
      SELECT last.bug_id, last.status
      FROM (${lastStatusBefore(at)}) last
      WHERE last.status IN (${unresolvedWords})
      UNION ALL
      SELECT first.bug_id, first.status
      FROM (${firstStatusSince(at)}) first
      WHERE first.status IN (${unresolvedWords}) AND NOT EXISTS (
        SELECT 1 FROM bug_history h
        WHERE h.bug_id = first.bug_id AND h.field_changed = 'status' AND h.changed_at < ${at})
      UNION ALL
      SELECT b.id, b.status::text
      FROM bugs b
      WHERE ${bugIsUnresolved} AND ${neverStepped}
    ) was
    WHERE NOT EXISTS (SELECT 1 FROM bugs young WHERE young.id = was.bug_id AND young.created_at >= ${at})`
}

/** The bugs that were open right before each of the moments: at, bug_id, severity, revenue_impact. */
export function openBugsBeforeEach(moments: readonly Date[]): Prisma.Sql {
  return Prisma.sql`
    SELECT at, bug_id, severity, revenue_impact
    FROM (${unresolvedBugsBeforeEach(moments)}) unresolved
    WHERE status IN (${openWords})`
}

/**
 * The bugs that were open or deferred right before each of the moments: at, bug_id, status, severity, revenue_impact. Reads
 * history once for all moments, where `bugsTable` would read it once per moment: a status lasts from the first moment
 * after its beginning to the last one that is not after its end.
 */
export function unresolvedBugsBeforeEach(moments: readonly Date[]): Prisma.Sql {
  const ascending = Prisma.sql`${[...moments].sort((a, b) => a.getTime() - b.getTime())}::timestamptz[]`
  return Prisma.sql`
    SELECT
      o.at, o.bug_id, o.status,
      coalesce(severity.value, o.severity) AS severity,
      CASE WHEN revenue.bug_id IS NULL THEN o.revenue_impact ELSE revenue.value::numeric END AS revenue_impact
    FROM (
      SELECT m.at, b.id AS bug_id, s.status, b.severity::text AS severity, b.revenue_impact
      FROM (
        SELECT s.bug_id, s.value AS status, s.since, s.until
        FROM (${spansOf('status')}) s
        WHERE s.value IN (${unresolvedWords}) AND coalesce(s.until >= (${ascending})[1], true)
        UNION ALL
        SELECT b.id, b.status::text, NULL, NULL
        FROM bugs b
        WHERE ${bugIsUnresolved} AND ${neverStepped}
      ) s
      JOIN bugs b ON b.id = s.bug_id
      CROSS JOIN LATERAL unnest((${ascending})[
        width_bucket(greatest(b.created_at, s.since), ${ascending}) + 1
        : coalesce(width_bucket(s.until, ${ascending}), ${moments.length})]) m(at)
    ) o
    LEFT JOIN (${spansOf('severity')}) severity
      ON severity.bug_id = o.bug_id
      AND coalesce(severity.since < o.at, true) AND coalesce(severity.until >= o.at, true)
    LEFT JOIN (${spansOf('revenueImpact')}) revenue
      ON revenue.bug_id = o.bug_id
      AND coalesce(revenue.since < o.at, true) AND coalesce(revenue.until >= o.at, true)`
}

/** The periods of each value of the field; null is an open end. Bugs without a change of it are absent. */
function spansOf(field: 'status' | 'severity' | 'revenueImpact'): Prisma.Sql {
  const name = Prisma.raw(`'${field}'`)
  return Prisma.sql`
    SELECT
      bug_id, new_value AS value, changed_at AS since,
      lead(changed_at) OVER (PARTITION BY bug_id ORDER BY changed_at, seq) AS until
    FROM bug_history
    WHERE field_changed = ${name}
    UNION ALL
    (
      SELECT DISTINCT ON (bug_id) bug_id, old_value, NULL::timestamptz, changed_at
      FROM bug_history
      WHERE field_changed = ${name}
      ORDER BY bug_id, changed_at, seq
    )`
}
