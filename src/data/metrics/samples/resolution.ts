import { openStatuses } from '../../../domain/bug.js'
import { openStep, resolvedBugsIn } from '../../bugs/bug-replay.js'
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

function lifetimes(scope: Scope): Prisma.Sql {
  const { to } = scope.window
  const { source, isMeant } = bugsIn(scope)
  const sinceCreation = (at: Prisma.Sql) => Prisma.sql`extract(epoch FROM ${at} - b.created_at)`
  return Prisma.sql`
    SELECT resolved.id, resolved.hours, true AS ended
    FROM (${resolutionSample(scope)}) resolved
    UNION ALL
    SELECT
      b.id,
      (
        ${sinceCreation(Prisma.sql`${to}::timestamptz`)}
        - coalesce(sum(${openStep} * ${sinceCreation(Prisma.sql`greatest(h.changed_at, b.created_at)`)}), 0)
      ) / 3600,
      false
    FROM ${source}
    LEFT JOIN bug_history h
      ON h.bug_id = b.id AND h.field_changed = 'status' AND h.changed_at < ${to} AND ${openStep} <> 0
    WHERE b.status IN (${open}) AND ${isMeant}
    GROUP BY b.id, b.created_at`
}

/** The logarithm of as good as nothing. PostgreSQL refuses an exponent below -745, and what comes before adds at most -20. */
const nobodyIsLeft = Prisma.sql`-700`

const open = Prisma.raw(openStatuses.map((status) => `'${status}'`).join(', '))
