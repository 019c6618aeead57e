import { resolvedStatuses } from '../../../domain/bug.js'
import { backlogEventsIn } from '../../bugs/bug-replay.js'
import { Prisma } from '../../generated/client.js'
import { concerns, type Scope } from '../scope.js'

/** Everything that changed the backlog in the window, a row an event. */
export function flowSample(scope: Scope): Prisma.Sql {
  return Prisma.sql`
    SELECT e.*, e.created + e.reopened - e.resolved - e.deleted AS net
    FROM (
      SELECT bug_id AS id, at, created, resolved, reopened, deferred, 0 AS deleted
      FROM (${backlogEventsIn(scope.window)}) event
    ) e
    WHERE ${concerns(scope, Prisma.sql`e.id`)}`
}

/** The resolutions that are 30 days old, of a window as long as this one, and whether they held that long. */
export function reopeningSample(scope: Scope): Prisma.Sql {
  const { from, to } = scope.window
  const window = { from: thirtyDaysBefore(from), to: thirtyDaysBefore(to) }
  return Prisma.sql`
    SELECT r.bug_id AS id, reopened.at IS NOT NULL AS reopened
    FROM (${backlogEventsIn(window)}) r
    LEFT JOIN LATERAL (
      SELECT h.changed_at AS at
      FROM bug_history h
      WHERE h.bug_id = r.bug_id AND ${isReopening}
        AND h.changed_at >= r.at AND h.changed_at <= r.at + interval '720 hours' AND h.changed_at < ${to}
      LIMIT 1
    ) reopened ON true
    WHERE r.resolved > 0 AND ${concerns(scope, Prisma.sql`r.bug_id`)}`
}

const resolved = Prisma.raw(resolvedStatuses.map((status) => `'${status}'`).join(', '))

/** Of the history row `h`. */
const isReopening = Prisma.sql`
  h.field_changed = 'status' AND h.old_value IN (${resolved}) AND h.new_value NOT IN (${resolved})`

/** Thirty times 24 hours: a zone has no say in it. */
function thirtyDaysBefore(date: Date): Date {
  return new Date(date.getTime() - 30 * 86_400_000)
}
