import { randomUUID } from 'node:crypto'
import { recordAudit, type Actor } from '../audit.js'
import type { Db } from '../client.js'
import type { MonthAssumptions, MonthlyMetrics } from '../../shapes/metric.js'

export type { MonthAssumptions, MonthlyMetrics }

export type MonthlyFigures = Omit<MonthlyMetrics, 'id' | 'createdAt'>

/** The first moment of the month, in UTC, names it. */
export async function findMonthlyMetrics(db: Db, month: Date): Promise<MonthlyMetrics | null> {
  const [row] = await db.$queryRaw<MonthlyMetrics[]>`
    SELECT
      id::text, month::text,
      total_bugs AS "totalBugs", critical_bugs AS "criticalBugs", high_bugs AS "highBugs",
      medium_bugs AS "mediumBugs", low_bugs AS "lowBugs",
      eng_hours::text AS "engHours", total_cost::text AS "totalCost",
      revenue_impact_daily::text AS "revenueImpactDaily", avg_resolution_days::text AS "avgResolutionDays",
      bugs_created AS "bugsCreated", bugs_resolved AS "bugsResolved", hourly_rate::text AS "hourlyRate",
      assumptions, created_at AS "createdAt"
    FROM monthly_metrics
    WHERE month = (${month}::timestamptz AT TIME ZONE 'UTC')::date`
  return row ?? null
}

interface SaveMonthlyMetrics {
  month: Date
  figures: MonthlyFigures
  actor: Actor
  /** Of a row that is not there yet. */
  id?: string | undefined
}

/** Creates or replaces the row of the month, with its audit row. */
export async function saveMonthlyMetrics(
  tx: Db,
  { month, figures, actor, id = randomUUID() }: SaveMonthlyMetrics,
): Promise<MonthlyMetrics> {
  const { assumptions, ...values } = figures
  const data = { ...values, month, assumptions: assumptions ?? {} }
  await tx.monthlyMetrics.upsert({
    where: { month },
    create: { id, ...data, createdAt: actor.now },
    update: data,
    select: { id: true },
  })
  const saved = await findMonthlyMetrics(tx, month)
  if (!saved) throw new Error('a snapshot that was stored is not there')
  await recordAudit(tx, actor, [
    {
      action: 'metrics.snapshot',
      entityType: 'monthlyMetrics',
      entityId: saved.id,
      details: { month: saved.month, final: assumptions?.final ?? false },
    },
  ])
  return saved
}
