import { randomUUID } from 'node:crypto'
import { projectIsInPortfolio } from '../projects/project-predicates.js'
import { recordAudit, type Actor } from '../audit/audit.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import type { PortfolioMetrics } from '../../shapes/metric.js'

export type { PortfolioMetrics }

type PortfolioFigures = Omit<PortfolioMetrics, 'id' | 'snapshotDate' | 'createdAt'>

/** The last stored day before the moment; null if there is none. */
export async function findPortfolioBefore(db: Db, before: Date): Promise<PortfolioMetrics | null> {
  const [row] = await db.$queryRaw<PortfolioMetrics[]>`
    SELECT ${snapshotColumns}
    FROM portfolio_metrics
    WHERE snapshot_date < (${before}::timestamptz AT TIME ZONE 'UTC')::date
    ORDER BY snapshot_date DESC
    LIMIT 1`
  return row ?? null
}

/**
 * Stores today's figures under the day, given as its first moment in UTC. A day that already has them is not changed. Where no
 * amount is known, the column, which is not nullable, holds 0 and the returned figure is null.
 */
export async function savePortfolio(
  tx: Db,
  { day, actor, id = randomUUID() }: { day: Date; actor: Actor; id?: string },
): Promise<PortfolioMetrics> {
  const figures = await getPortfolioFigures(tx)
  const { year3RevenueTotal, portfolioDcfTotal, monthlyDepsCost } = figures
  const values = {
    ...figures,
    year3RevenueTotal: year3RevenueTotal ?? '0.00',
    portfolioDcfTotal: portfolioDcfTotal ?? '0.00',
    monthlyDepsCost: monthlyDepsCost ?? '0.00',
  }
  const stored = await findPortfolioOn(tx, day)
  if (stored && isSame(stored, values)) return { ...stored, ...figures }
  await tx.portfolioMetrics.upsert({
    where: { snapshotDate: day },
    create: { id, snapshotDate: day, ...values, createdAt: actor.now },
    update: values,
    select: { id: true },
  })
  const saved = await findPortfolioOn(tx, day)
  if (!saved) throw new Error('a snapshot that was stored is not there')
  await recordAudit(tx, actor, [
    {
      action: 'metrics.snapshot',
      entityType: 'portfolioMetrics',
      entityId: saved.id,
      details: { snapshotDate: saved.snapshotDate },
    },
  ])
  return { ...saved, ...figures }
}

async function findPortfolioOn(db: Db, day: Date): Promise<PortfolioMetrics | null> {
  const [row] = await db.$queryRaw<PortfolioMetrics[]>`
    SELECT ${snapshotColumns}
    FROM portfolio_metrics
    WHERE snapshot_date = (${day}::timestamptz AT TIME ZONE 'UTC')::date`
  return row ?? null
}

/** A sum without any amount is null. */
export async function getPortfolioFigures(db: Db): Promise<PortfolioFigures> {
  const [row] = await db.$queryRaw<PortfolioFigures[]>`
    SELECT
      count(*)::int AS "totalProjects",
      count(*) FILTER (WHERE status = 'shipped')::int AS "shippedProjects",
      round(sum(year3_revenue), 2)::text AS "year3RevenueTotal",
      round(sum(dcf_valuation), 2)::text AS "portfolioDcfTotal",
      round(sum(monthly_infra_cost), 2)::text AS "monthlyDepsCost"
    FROM projects p
    WHERE ${projectIsInPortfolio}`
  if (!row) throw new Error('an aggregate without a row')
  return row
}

const snapshotColumns = Prisma.sql`
  id::text, snapshot_date::text AS "snapshotDate",
  total_projects AS "totalProjects", shipped_projects AS "shippedProjects",
  year3_revenue_total::text AS "year3RevenueTotal", portfolio_dcf_total::text AS "portfolioDcfTotal",
  monthly_deps_cost::text AS "monthlyDepsCost", created_at AS "createdAt"`

function isSame(stored: PortfolioMetrics, figures: PortfolioFigures): boolean {
  return (Object.keys(figures) as (keyof PortfolioFigures)[]).every((name) => stored[name] === figures[name])
}
