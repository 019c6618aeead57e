import { projectStatuses } from '../../domain/project.js'
import type { Overview, RankedProject } from '../../shapes/overview.js'
import { bugIsLate, bugIsOpen } from '../bugs/bug-predicates.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { currencySetting } from '../settings/settings.js'
import { projectIsInPortfolio } from './project-predicates.js'

interface GetOverview {
  /** Maximum number of projects in each ranking. */
  ranked: number
  /** The moment at which SLA breaches are evaluated. */
  now: Date
}

/** Reads the portfolio in one round trip. */
export async function getOverview(db: Db, { ranked, now }: GetOverview): Promise<Overview> {
  const [row] = await db.$queryRaw<
    (Omit<Overview, 'asOf' | 'top' | 'bottom'> & { byRoi: RankedProject[] })[]
  >`
    WITH risk AS MATERIALIZED (
      SELECT
        b.project_id AS id, count(*)::int AS open, count(*) FILTER (WHERE ${bugIsLate(now)})::int AS late,
        sum(b.revenue_impact) AS revenue, count(b.revenue_impact)::int AS known
      FROM bugs b
      WHERE ${bugIsOpen}
      GROUP BY b.project_id
    ), ranking AS MATERIALIZED (
      SELECT
        p.id, coalesce(r.revenue, 0) AS revenue, p.roi_score AS roi, p.name,
        rank() OVER (ORDER BY p.roi_score DESC NULLS LAST, p.name, p.id) AS best,
        rank() OVER (ORDER BY p.roi_score ASC NULLS LAST, p.name DESC, p.id DESC) AS worst,
        rank() OVER (ORDER BY r.revenue DESC NULLS LAST, p.name, p.id) AS riskiest,
        jsonb_build_object(
          'id', p.id, 'name', p.name, 'status', p.status, 'roiScore', p.roi_score::text,
          'year3Revenue', p.year3_revenue::text, 'openBugs', coalesce(r.open, 0),
          'revenueAtRisk', round(r.revenue, 2)::text) AS project
      FROM projects p
      LEFT JOIN risk r ON r.id = p.id
      WHERE ${projectIsInPortfolio}
    )
    SELECT
      of_projects.*, of_bugs.*, ${currencySetting} AS currency,
      ARRAY(
        SELECT project FROM ranking
        WHERE roi IS NOT NULL AND (best <= ${ranked} OR worst <= ${ranked})
        ORDER BY best) AS "byRoi",
      ARRAY(
        SELECT project FROM ranking WHERE revenue > 0 AND riskiest <= ${ranked} ORDER BY riskiest
      ) AS "mostAtRisk"
    FROM (${projectFigures}) of_projects, (
      SELECT
        coalesce(sum(open), 0)::int AS "openBugs", coalesce(sum(late), 0)::int AS "slaBreaches",
        jsonb_build_object('value', sum(revenue)::text, 'n', coalesce(sum(known), 0)::int) AS "revenueAtRisk"
      FROM risk
    ) of_bugs`
  if (!row) throw new Error('an aggregate without a row')
  const { byRoi, ...figures } = row
  return {
    ...figures,
    asOf: now,
    ...bestAndWorst(byRoi, ranked),
  }
}

/** No project is in both, none that loses among the best; where there are few, each ranking gets a half. */
function bestAndWorst(
  byRoi: readonly RankedProject[],
  ranked: number,
): { top: RankedProject[]; bottom: RankedProject[] } {
  const gaining = byRoi.filter(({ roiScore }) => Number(roiScore) >= 0).length
  const best = Math.min(ranked, gaining, Math.ceil(byRoi.length / 2))
  return { top: byRoi.slice(0, best), bottom: byRoi.slice(best).toReversed().slice(0, ranked) }
}

const projectFigures = Prisma.sql`
  SELECT
    jsonb_build_object('total', count(*), 'byStatus', jsonb_build_object(${Prisma.join(
      projectStatuses.map(
        (status) => Prisma.sql`${Prisma.raw(`'${status}', count(*) FILTER (WHERE status = '${status}')`)}`,
      ),
    )})) AS projects,
    ${sumOf('arr')} AS arr,
    ${sumOf('year1_revenue')} AS "year1Revenue",
    ${sumOf('year3_revenue')} AS "year3Revenue",
    ${sumOf('dcf_valuation')} AS "dcfValuation",
    ${sumOf('monthly_infra_cost')} AS "monthlyInfraCost",
    jsonb_build_object(
      'value', round(
        sum(roi_score * year3_revenue) FILTER (WHERE ${projectIsInPortfolio})
        / nullif(sum(year3_revenue) FILTER (WHERE ${projectIsInPortfolio} AND roi_score IS NOT NULL), 0), 4)::text,
      'n', count(roi_score * year3_revenue) FILTER (WHERE ${projectIsInPortfolio})) AS "weightedRoi",
    jsonb_build_object(
      'reached', coalesce(sum(current_milestone) FILTER (WHERE ${projectIsInPortfolio}), 0),
      'total', coalesce(sum(total_milestones) FILTER (WHERE ${projectIsInPortfolio}), 0)) AS milestones
  FROM projects p`

/** Money as text; null if no project has the amount. */
function sumOf(column: string): Prisma.Sql {
  const amount = Prisma.raw(column)
  return Prisma.sql`jsonb_build_object(
    'value', (sum(${amount}) FILTER (WHERE ${projectIsInPortfolio}))::text,
    'n', count(${amount}) FILTER (WHERE ${projectIsInPortfolio}))`
}
