import { resolvedWords } from '../../bugs/bug-predicates.js'
import { backlogEventsIn } from '../../bugs/bug-replay.js'
import { deletedBugs } from '../../bugs/deleted-bugs.js'
import { Prisma } from '../../../engine/sql.js'
import { inScope, isFiltered, type Scope } from '../scope.js'

/** The events that changed the backlog in the window, one row each. */
export function flowSample(scope: Scope): Prisma.Sql {
  return Prisma.sql`
    SELECT e.*, e.created + e.reopened - e.resolved - e.deleted AS net
    FROM (
      SELECT bug_id AS id, at, created, resolved, reopened, deferred, 0 AS deleted
      FROM (${backlogEventsIn(scope.window)}) event
      WHERE ${inScope(scope, Prisma.sql`event.bug_id`)}
      UNION ALL
      ${deletedEvents(scope)}
    ) e`
}

/**
 * The events of deleted bugs from the audit log: when each was created, resolved, deleted. Their other fields are not
 * stored, so a filter excludes them.
 */
function deletedEvents(scope: Scope): Prisma.Sql {
  const { from, to } = scope.window
  return Prisma.sql`
    SELECT gone.id, step.at, step.created, step.resolved, 0, step.deferred, step.deleted
    FROM (${deletedBugs}) gone
    CROSS JOIN LATERAL (
      VALUES
        (gone.created_at, 1, 0, 0, 0),
        (gone.resolved_at, 0, 1, 0, 0),
        (gone.deleted_at, 0, 0, 0, (gone.resolved_at IS NULL)::int)
    ) step(at, created, resolved, deferred, deleted)
    WHERE step.at >= ${from} AND step.at < ${to} AND NOT ${isFiltered(scope)}`
}

/** The number of deleted bugs that were unresolved right before the window's end. */
export function deletedBacklog(scope: Scope): Prisma.Sql {
  const { to } = scope.window
  return Prisma.sql`
    SELECT count(*)::int
    FROM (${deletedBugs}) gone
    WHERE gone.created_at < ${to} AND gone.deleted_at >= ${to}
      AND coalesce(gone.resolved_at >= ${to}, true) AND NOT ${isFiltered(scope)}`
}

/**
 * The resolutions of the same window 30 days earlier, and whether they were reopened within 30 days. `by_import` marks those
 * that only an import tells of: an export keeps the last resolution of a bug, and leaves out earlier ones that were reopened.
 */
export function reopeningSample(scope: Scope): Prisma.Sql {
  const { from, to } = scope.window
  const window = { from: thirtyDaysBefore(from), to: thirtyDaysBefore(to) }
  return Prisma.sql`
    SELECT
      r.bug_id AS id, reopened.at IS NOT NULL AS reopened,
      reopened.at IS NULL AND (b.import_id IS NOT NULL OR b.external_id IS NOT NULL) AND NOT EXISTS (
        SELECT FROM bug_history own
        WHERE own.bug_id = r.bug_id AND own.field_changed = 'status' AND own.new_value IN (${resolvedWords})
          AND own.changed_at = r.at AND own.import_id IS NULL
      ) AS by_import
    FROM (${backlogEventsIn(window)}) r
    JOIN bugs b ON b.id = r.bug_id
    LEFT JOIN LATERAL (
      SELECT h.changed_at AS at
      FROM bug_history h
      WHERE h.bug_id = r.bug_id AND ${isReopening}
        AND h.changed_at >= r.at AND h.changed_at <= r.at + interval '720 hours' AND h.changed_at < ${to}
      LIMIT 1
    ) reopened ON true
    WHERE r.resolved > 0 AND ${inScope(scope, Prisma.sql`r.bug_id`)}`
}

/** Whether the history row `h` is a reopening. */
const isReopening = Prisma.sql`
  h.field_changed = 'status' AND h.old_value IN (${resolvedWords}) AND h.new_value NOT IN (${resolvedWords})`

/**
 * The last verification of each bug in the window by a known person, and whether that person was the assignee: what the
 * assignments up to that moment say, else what the first later one replaced, else today's.
 */
export function verificationSample(scope: Scope): Prisma.Sql {
  const { from, to } = scope.window
  return Prisma.sql`
    SELECT
      v.bug_id AS id,
      v.changed_by_id::text IS NOT DISTINCT FROM CASE
        WHEN assigned.at IS NOT NULL THEN assigned.id
        WHEN reassigned.at IS NOT NULL THEN reassigned.id
        ELSE b.assigned_to_id::text
      END AS self_verified
    FROM (
      SELECT DISTINCT ON (bug_id) bug_id, changed_by_id, changed_at
      FROM bug_history
      WHERE field_changed = 'status' AND new_value = 'verified' AND changed_by_id IS NOT NULL
        AND changed_at >= ${from} AND changed_at < ${to}
      ORDER BY bug_id, changed_at DESC, seq DESC
    ) v
    JOIN bugs b ON b.id = v.bug_id
    LEFT JOIN LATERAL (
      SELECT h.changed_at AS at, h.new_value AS id
      FROM bug_history h
      WHERE h.bug_id = v.bug_id AND h.field_changed = 'assignedToId' AND h.changed_at <= v.changed_at
      ORDER BY h.changed_at DESC, h.seq DESC
      LIMIT 1
    ) assigned ON true
    LEFT JOIN LATERAL (
      SELECT h.changed_at AS at, h.old_value AS id
      FROM bug_history h
      WHERE h.bug_id = v.bug_id AND h.field_changed = 'assignedToId' AND h.changed_at > v.changed_at
      ORDER BY h.changed_at, h.seq
      LIMIT 1
    ) reassigned ON true
    WHERE ${inScope(scope, Prisma.sql`v.bug_id`)}`
}

/** Thirty times 24 hours, independent of the time zone. */
function thirtyDaysBefore(date: Date): Date {
  return new Date(date.getTime() - 30 * 86_400_000)
}
