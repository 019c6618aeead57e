import type { ProjectValue } from '../../shapes/metric-report.js'
import type { Db } from '../../engine/client.js'
import { bugIsOpen } from '../bugs/bug-predicates.js'
import { projectIsInPortfolio } from '../projects/project-predicates.js'
import { delayCostByProject } from './samples/projects.js'
import { bugsIn, type Scope } from './scope.js'

/** The projects that are not cancelled, the most valuable first. */
export async function findProjectValues(db: Db, scope: Scope): Promise<ProjectValue[]> {
  const { source } = bugsIn({ ...scope, filter: {} })
  return db.$queryRaw<ProjectValue[]>`
    SELECT
      p.id::text, p.name, p.status::text,
      p.dcf_valuation::text AS "dcfValuation", p.year3_revenue::text AS "year3Revenue", p.arr::text,
      p.monthly_infra_cost::text AS "monthlyInfraCost",
      coalesce(standing.open, 0) AS "openBugs", standing.revenue::text AS "revenueAtRisk",
      round(delay.cost, 2)::text AS "costOfDelay",
      p.roi_score::text AS "roiScore",
      round(p.roi_score - coalesce(delay.cost, 0) / nullif(p.year3_revenue, 0), 4)::text AS "roiNet",
      p.current_milestone AS "currentMilestone", p.total_milestones AS "totalMilestones"
    FROM projects p
    LEFT JOIN (${delayCostByProject(scope)}) delay ON delay.project_id = p.id
    LEFT JOIN (
      SELECT b.project_id, count(*)::int AS open, sum(b.revenue_impact) AS revenue
      FROM ${source}
      WHERE ${bugIsOpen}
      GROUP BY b.project_id
    ) standing ON standing.project_id = p.id
    WHERE ${projectIsInPortfolio}
    ORDER BY p.dcf_valuation DESC NULLS LAST, p.name, p.id`
}
