import { bugIsOpen, openWords, stoppedWords } from '../../bugs/bug-predicates.js'
import { openStep, resolvedBugsIn } from '../../bugs/bug-replay.js'
import { Prisma } from '../../../engine/sql.js'
import { bugsIn, inScope, type Scope } from '../scope.js'

/** The bugs resolved in the window and still at its end: hours of active time. */
export function resolvedSample(scope: Scope): Prisma.Sql {
  return Prisma.sql`
    SELECT r.id, r.hours
    FROM (${resolvedBugsIn(scope.window)}) r
    WHERE ${inScope(scope, Prisma.sql`r.id`)}`
}

/**
 * The same bugs, whose time has ended, and the open ones, which are censored at their age; with the share still open after
 * that time by Kaplan and Meier: each end removes its share of those at risk. A bug censored at the moment of an end is at
 * risk.
 */
export function survivalSample(scope: Scope, resolved: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT id, hours, exp(sum(log_kept) OVER (${shortestFirst} ROWS UNBOUNDED PRECEDING)) AS survival
    FROM (
      SELECT
        id, hours, ended,
        CASE
          WHEN NOT ended THEN 0
          WHEN exposed = 1 THEN ${logOfZero}
          ELSE ln(1 - 1 / exposed::double precision)
        END AS log_kept
      FROM (
        SELECT *, count(*) OVER (${shortestFirst} ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS exposed
        FROM (${lifetimes(scope, resolved)}) lifetime
      ) ranked
    ) kept`
}

/** Ended bugs come before open ones of the same time. */
const shortestFirst = Prisma.sql`ORDER BY hours, ended DESC`

/** Times as floats, which are fast to compare. */
function lifetimes(scope: Scope, resolved: Prisma.Sql): Prisma.Sql {
  const { to } = scope.window
  const { source, matches } = bugsIn(scope)
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
    WHERE ${bugIsOpen} AND ${matches}`
}

/** Idle seconds of the open bug `b`. Only reopened or resumed bugs have any; `bug_history_returns_idx` holds those few. */
function idleSecondsBefore(at: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT sum(${openStep} * date_part('epoch', greatest(h.changed_at, b.created_at) - b.created_at))
    FROM bug_history h
    WHERE h.bug_id = b.id AND h.field_changed = 'status' AND h.changed_at < ${at}`
}

/** The logarithm of practically 0. PostgreSQL rejects an exponent below -745, and the previous terms add at most -20. */
const logOfZero = Prisma.sql`-700`

/** The history row `r` made its bug open again. */
const isReturn = Prisma.sql`
  r.field_changed = 'status' AND r.new_value IN (${openWords}) AND r.old_value IN (${stoppedWords})`
