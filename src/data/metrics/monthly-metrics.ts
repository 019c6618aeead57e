import { randomUUID } from 'node:crypto'
import { recordAudit, type Actor } from '../audit.js'
import type { Db } from '../client.js'
import type { MonthHistory } from './month-history.js'

/** One month as it is stored. Money, hours and days are decimal strings. */
export interface MonthlyMetrics extends MonthlyFigures {
  id: string
  createdAt: Date
}

export interface MonthlyFigures extends Omit<MonthHistory, 'resolutionSample'> {
  /** Its first day: `2026-11-01`. */
  month: string
  totalCost: string
  /** Money an hour of engineering cost when the month was first written. */
  hourlyRate: string
  assumptions: MonthAssumptions | null
}

/** What a reader must know to judge the row. */
export type MonthAssumptions = {
  /** The month was over when it was written: from then on only `--rewrite` replaces it. */
  final: boolean
  currency: string
  /** Monthly cost of infrastructure, part of totalCost. */
  infrastructure: string
  /** Of the last portfolio snapshot up to the end of the month; or, without one, of the day it was written. */
  infrastructureFrom: 'snapshot' | 'today'
  /** The bugs that avgResolutionDays was made from. */
  resolutionSample: number
}

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
