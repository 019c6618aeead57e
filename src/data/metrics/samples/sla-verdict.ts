import { bugIsLate, bugIsResolved, slaReadAt } from '../../bugs/bug-predicates.js'
import { Prisma } from '../../../engine/sql.js'
import { bugsIn, type Scope } from '../scope.js'

/**
 * The bugs whose SLA was decided in the window, each once, read as it stood at the window's end: missed at the end of its
 * hours, met at its resolution. Counting only resolved ones would hide those that are still open and late. Resolved
 * without a date, a bug is in no window, unless it had breached before.
 */
export function slaVerdictSample(scope: Scope): Prisma.Sql {
  const { from, to } = scope.window
  const { source, matches } = bugsIn(scope)
  return Prisma.sql`
    SELECT
      b.id,
      NOT verdict.missed AS met,
      CASE
        WHEN verdict.missed THEN greatest(0, extract(epoch FROM verdict.read_at - b.sla_due_at) / 3600)
      END AS overrun_hours
    FROM ${source}
    CROSS JOIN LATERAL (SELECT ${slaReadAt(to)} AS read_at, ${bugIsLate(to)} AS missed) verdict
    WHERE (
        verdict.missed AND ${missedAt} >= ${from} AND ${missedAt} < ${to}
        OR NOT verdict.missed AND b.resolved_at >= ${from} AND b.resolved_at < ${to}
      )
      AND NOT (${bugIsResolved} AND b.resolved_at IS NULL AND b.sla_breached_at IS NULL)
      AND ${matches}`
}

/** In the words of `bugs_sla_missed_at_idx`. */
const missedAt = Prisma.sql`coalesce(b.sla_breached_at, b.sla_due_at)`
