import { projectStatuses } from '../../../domain/project.js'
import { bugDelayCost, bugIsOpen } from '../../bugs/bug-predicates.js'
import { projectIsInPortfolio } from '../../projects/project-predicates.js'
import { Prisma } from '../../../engine/sql.js'
import { bugsIn, type Scope } from '../scope.js'

/** The projects that are not cancelled. They have no history; only the cost of their bugs is as of the scope's moment. */
export function projectsSample(scope: Scope): Prisma.Sql {
  return Prisma.sql`
    SELECT
      p.id,
      true AS counted,
      p.arr, p.year1_revenue, p.year3_revenue, p.dcf_valuation, p.monthly_infra_cost,
      p.roi_score * p.year3_revenue AS roi_part,
      CASE WHEN p.roi_score IS NOT NULL THEN p.year3_revenue END AS roi_whole,
      p.roi_score * p.year3_revenue - coalesce(delay.cost, 0) AS roi_net_part,
      CASE WHEN p.roi_score IS NOT NULL THEN p.year3_revenue END AS roi_net_whole,
      CASE WHEN p.total_milestones > 0 THEN p.current_milestone END AS milestones_part,
      nullif(p.total_milestones, 0) AS milestones_whole
    FROM projects p
    LEFT JOIN (${delayCostByProject(scope)}) delay ON delay.project_id = p.id
    WHERE ${projectIsInPortfolio}`
}

/** Σ revenueImpact × days open so far, over the open bugs of each project; null if no bug has an amount. */
export function delayCostByProject(scope: Scope): Prisma.Sql {
  const { source } = bugsIn({ ...scope, filter: {} })
  return Prisma.sql`
    SELECT
      b.project_id,
      sum(${bugDelayCost(scope.asOf)}) AS cost
    FROM ${source}
    WHERE ${bugIsOpen} AND b.project_id IS NOT NULL
    GROUP BY b.project_id`
}

/** Every project and its status. */
export function projectStatusSample(): Prisma.Sql {
  const isIn = projectStatuses.map((status) => Prisma.raw(`p.status = '${status}' AS ${status}`))
  return Prisma.sql`SELECT p.id, ${Prisma.join(isIn)} FROM projects p`
}
