import { healthDays, healthWeights } from '../../../domain/project-health.js'
import { Prisma } from '../../../engine/sql.js'
import { bugIsLate, bugIsOpen } from '../../bugs/bug-predicates.js'
import { projectIsInPortfolio } from '../../projects/project-predicates.js'
import { bugsIn, type Scope } from '../scope.js'
import { slaVerdictSample } from './sla-verdict.js'

const weights = Object.entries(healthWeights).map(([term, weight]) => ({
  term: Prisma.raw(`t.${term.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`),
  weight: Prisma.raw(String(weight)),
}))

/** The projects that are not cancelled, whatever the filter: the terms of their health, 0 to 1, and the health, 0 to 100. */
export function projectHealthSample(scope: Scope): Prisma.Sql {
  const sum = weights.map(({ term, weight }) => Prisma.sql`coalesce(${weight} * ${term}, 0)`)
  const known = weights.map(
    ({ term, weight }) => Prisma.sql`CASE WHEN ${term} IS NULL THEN 0 ELSE ${weight} END`,
  )
  return Prisma.sql`
    SELECT
      t.id, t.sla_kept, t.on_time, t.not_critical, t.recent,
      round(100 * (${Prisma.join(sum, ' + ')}) / nullif(${Prisma.join(known, ' + ')}, 0))::int AS health
    FROM (${termsOf(scope)}) t`
}

function termsOf(scope: Scope): Prisma.Sql {
  const { asOf, window } = scope
  const from = new Date(window.to.getTime() - healthDays * 86_400_000)
  const whole: Scope = { ...scope, filter: {}, window: { from, to: window.to } }
  const { source } = bugsIn(whole)
  return Prisma.sql`
    SELECT
      p.id,
      verdicts.met / nullif(verdicts.all, 0)::numeric AS sla_kept,
      1 - standing.late / nullif(standing.all, 0)::numeric AS on_time,
      1 - standing.critical / nullif(standing.all, 0)::numeric AS not_critical,
      CASE WHEN p.last_commit IS NOT NULL THEN
        least(1, greatest(0, 1 - extract(epoch FROM ${asOf}::timestamptz - p.last_commit) / (86400.0 * ${healthDays}::int)))
      END AS recent
    FROM projects p
    LEFT JOIN (
      SELECT owner.project_id, count(*) FILTER (WHERE v.met) AS met, count(*) AS all
      FROM (${slaVerdictSample(whole)}) v
      JOIN bugs owner ON owner.id = v.id
      GROUP BY owner.project_id
    ) verdicts ON verdicts.project_id = p.id
    LEFT JOIN (
      SELECT
        b.project_id, count(*) FILTER (WHERE ${bugIsLate(asOf)}) AS late,
        count(*) FILTER (WHERE b.severity = 'critical') AS critical, count(*) AS all
      FROM ${source}
      WHERE ${bugIsOpen}
      GROUP BY b.project_id
    ) standing ON standing.project_id = p.id
    WHERE ${projectIsInPortfolio}`
}
