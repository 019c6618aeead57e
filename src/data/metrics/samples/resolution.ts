import { openStatuses } from '../../../domain/bug.js'
import { resolvedBugsIn } from '../../bugs/bug-replay.js'
import { Prisma } from '../../generated/client.js'
import { bugsIn, concerns, type Scope } from '../scope.js'

/** The bugs resolved in the window that are so at its end: hours of active time. */
export function resolutionSample(scope: Scope): Prisma.Sql {
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
export function survivalSample(scope: Scope): Prisma.Sql {
  return Prisma.sql`
    SELECT id, hours, exp(sum(log_kept) OVER (ORDER BY hours)) AS survival
    FROM (
      SELECT
        id, hours,
        CASE
          WHEN NOT ended THEN 0
          WHEN exposed = 1 THEN ${nobodyIsLeft}
          ELSE ln(1 - 1 / exposed::double precision)
        END AS log_kept
      FROM (
        SELECT *, count(*) OVER () - row_number() OVER (ORDER BY hours, ended DESC) + 1 AS exposed
        FROM (${lifetimes(scope)}) lifetime
      ) ranked
    ) kept`
}

/** The logarithm of as good as nothing. PostgreSQL refuses an exponent below -745, and what comes before adds at most -20. */
const nobodyIsLeft = Prisma.sql`-700`

function lifetimes(scope: Scope): Prisma.Sql {
  const { to } = scope.window
  const { source, isMeant } = bugsIn(scope)
  return Prisma.sql`
    SELECT resolved.id, resolved.hours, true AS ended
    FROM (${resolutionSample(scope)}) resolved
    UNION ALL
    SELECT
      b.id, (extract(epoch FROM ${to}::timestamptz - b.created_at) - coalesce(idle.seconds, 0)) / 3600, false
    FROM ${source}
    LEFT JOIN (${idleOfOpen(to)}) idle ON idle.bug_id = b.id
    WHERE b.status IN (${open}) AND ${isMeant}`
}

/**
 * The time that a bug, open at the end, was not: the sum of its returns less the sum of its leaves. One that returned
 * once more than it left was created deferred or resolved.
 */
function idleOfOpen(to: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT
      h.bug_id,
      sum(s.step * extract(epoch FROM greatest(h.changed_at, b.created_at) - b.created_at)) AS seconds
    FROM bug_history h
    JOIN bugs b ON b.id = h.bug_id
    CROSS JOIN LATERAL (
      SELECT (h.new_value IN (${open}))::int - (h.old_value IN (${open}))::int AS step
    ) s
    WHERE h.field_changed = 'status' AND h.changed_at < ${to} AND s.step <> 0
    GROUP BY h.bug_id`
}

const open = Prisma.raw(openStatuses.map((status) => `'${status}'`).join(', '))
