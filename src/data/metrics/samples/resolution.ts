import { bugIsOpen, openWords, stoppedWords } from '../../bugs/bug-predicates.js'
import { openStep, resolvedBugsIn } from '../../bugs/bug-replay.js'
import { Prisma } from '../../../engine/generated/client.js'
import { bugsIn, concerns, type Scope } from '../scope.js'

/** The bugs resolved in the window that are so at its end: hours of active time. */
export function resolvedSample(scope: Scope): Prisma.Sql {
  return Prisma.sql`
    SELECT r.id, r.hours
    FROM (${resolvedBugsIn(scope.window)}) r
    WHERE ${concerns(scope, Prisma.sql`r.id`)}`
}

/**
 * The same bugs, whose time has ended, and the open ones, whose time so far is known; and how many of a hundred would
 * still be open after that time, by Kaplan and Meier: each end takes its share of those that were open so long. A bug
 * that is open at the very moment of an end was there.
 */
export function survivalSample(scope: Scope, resolved: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT id, hours, exp(sum(log_kept) OVER (${shortestFirst} ROWS UNBOUNDED PRECEDING)) AS survival
    FROM (
      SELECT
        id, hours, ended,
        CASE
          WHEN NOT ended THEN 0
          WHEN exposed = 1 THEN ${nobodyIsLeft}
          ELSE ln(1 - 1 / exposed::double precision)
        END AS log_kept
      FROM (
        SELECT *, count(*) OVER (${shortestFirst} ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS exposed
        FROM (${lifetimes(scope, resolved)}) lifetime
      ) ranked
    ) kept`
}

/** What ended comes before what was open just as long. */
const shortestFirst = Prisma.sql`ORDER BY hours, ended DESC`

/** As floating numbers: they are only compared, and that is quick. */
function lifetimes(scope: Scope, resolved: Prisma.Sql): Prisma.Sql {
  const { to } = scope.window
  const { source, isMeant } = bugsIn(scope)
  return Prisma.sql`
    SELECT ended.id, ended.hours::double precision AS hours, true AS ended
    FROM (${resolved}) ended
    UNION ALL
    SELECT
      b.id,
      (
        date_part('epoch', ${to}::timestamptz - b.created_at)
        - CASE WHEN returned.bug_id IS NULL THEN 0 ELSE (${idleSecondsBefore(to)}) END
      ) / 3600,
      false
    FROM ${source}
    LEFT JOIN (SELECT DISTINCT r.bug_id FROM bug_history r WHERE ${isReturn} AND r.changed_at < ${to}) returned
      ON returned.bug_id = b.id
    WHERE ${bugIsOpen} AND ${isMeant}`
}

/** Of the bug `b`, which is open. It has been idle only if it came back: few did, and `bug_history_returns_idx` knows them. */
function idleSecondsBefore(at: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT sum(${openStep} * date_part('epoch', greatest(h.changed_at, b.created_at) - b.created_at))
    FROM bug_history h
    WHERE h.bug_id = b.id AND h.field_changed = 'status' AND h.changed_at < ${at}`
}

/** The logarithm of as good as nothing. PostgreSQL refuses an exponent below -745, and what comes before adds at most -20. */
const nobodyIsLeft = Prisma.sql`-700`

/** The history row `r` made its bug open again. */
const isReturn = Prisma.sql`
  r.field_changed = 'status' AND r.new_value IN (${openWords}) AND r.old_value IN (${stoppedWords})`
