import { bugIsLate, slaReadAt } from '../../bugs/bug-predicates.js'
import { Prisma } from '../../../engine/generated/client.js'
import { bugsIn, type Scope } from '../scope.js'

/**
 * The bugs whose SLA was decided in the window, each once: at its resolution, or when it breached or was due, whichever
 * came first. Counting only resolved ones would hide those that are still open and late.
 */
export function slaVerdictSample(scope: Scope): Prisma.Sql {
  const { from, to } = scope.window
  const { source, isMeant } = bugsIn(scope)
  return Prisma.sql`
    SELECT
      b.id,
      NOT verdict.missed AS met,
      CASE
        WHEN verdict.missed THEN greatest(0, extract(epoch FROM verdict.read_at - b.sla_due_at) / 3600)
      END AS overrun_hours
    FROM ${source}
    CROSS JOIN LATERAL (
      SELECT
        ${slaReadAt(to)} AS read_at,
        ${bugIsLate(to)} AS missed,
        least(b.resolved_at, coalesce(b.sla_breached_at, b.sla_due_at)) AS at
    ) verdict
    WHERE verdict.at >= ${from} AND verdict.at < ${to}
      AND (verdict.missed OR b.resolved_at IS NOT NULL)
      AND ${isMeant}`
}
