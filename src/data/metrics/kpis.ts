import { openStatuses, type BugSeverity } from '../../domain/bug.js'
import { kpiIds, metrics, unitIn, type Figure, type KpiId } from '../../domain/metric.js'
import { bugConditions, type BugFilter, type Choice } from '../bugs/bug-filter.js'
import type { Db } from '../client.js'
import { Prisma } from '../generated/client.js'
import { currencySetting } from '../settings.js'

interface Query {
  value: Prisma.Sql
  n: Prisma.Sql
}

type BugKpiId = Exclude<KpiId, `portfolio.${string}`>
type PortfolioKpiId = Extract<KpiId, `portfolio.${string}`>

/** The dashboard, in one round trip. The filter narrows the figures of bugs; those of the portfolio are always whole. */
export async function getKpis(db: Db, { filter, now }: { filter: BugFilter; now: Date }): Promise<Figure[]> {
  const [row] = await db.$queryRaw<
    { figures: Record<KpiId, Pick<Figure, 'value' | 'n'>>; currency: string }[]
  >`
    SELECT of_bugs.figures || of_projects.figures AS figures, ${currencySetting} AS currency
    FROM (
      SELECT ${figuresObject(bugQueries(now))} AS figures
      FROM bugs b
      WHERE ${bugConditions({ status: any(...openStatuses) }, now)} AND ${bugConditions(filter, now)}
    ) of_bugs, (
      SELECT ${figuresObject(portfolioQueries)} AS figures
      FROM projects p
      WHERE p.status <> 'cancelled'
    ) of_projects`
  if (!row) throw new Error('an aggregate without a row')
  return kpiIds.map((id) => ({
    id,
    ...row.figures[id],
    unit: unitIn(row.currency, metrics[id].unit),
    asOf: now,
  }))
}

/** Over the open bugs. */
function bugQueries(now: Date): Record<BugKpiId, Query> {
  const countOf = (filter: BugFilter): Query => ({
    value: Prisma.sql`count(*) FILTER (WHERE ${bugConditions(filter, now)})`,
    n: Prisma.sql`count(*)`,
  })
  const countOfSeverity = (severity: BugSeverity) => countOf({ severity: any(severity) })
  return {
    'open.total': countOf({}),
    'open.critical': countOfSeverity('critical'),
    'open.high': countOfSeverity('high'),
    'open.medium': countOfSeverity('medium'),
    'open.low': countOfSeverity('low'),
    'open.blockers': countOf({ blocker: true }),
    'sla.breached': countOf({ sla: any('breached') }),
    'revenue.at_risk_daily': sumOf(Prisma.sql`b.revenue_impact`),
  }
}

/** Over the projects that are not cancelled. */
const portfolioQueries: Record<PortfolioKpiId, Query> = {
  'portfolio.valuation': sumOf(Prisma.sql`p.dcf_valuation`),
  'portfolio.monthly_cost': sumOf(Prisma.sql`p.monthly_infra_cost`),
}

/** Money as text; null where no row knows its amount. */
function sumOf(column: Prisma.Sql): Query {
  return { value: Prisma.sql`sum(${column})::text`, n: Prisma.sql`count(${column})` }
}

function figuresObject(queries: Record<string, Query>): Prisma.Sql {
  const pairs = Object.entries(queries).map(
    ([id, { value, n }]) =>
      Prisma.sql`${Prisma.raw(`'${id}'`)}, jsonb_build_object('value', ${value}, 'n', ${n})`,
  )
  return Prisma.sql`jsonb_build_object(${Prisma.join(pairs, ', ')})`
}

function any<T>(...values: T[]): Choice<T> {
  return { values, none: false, negate: false }
}
