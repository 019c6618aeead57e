import { randomUUID } from 'node:crypto'
import { recordAudit, type Actor } from '../audit/audit.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import type { MonthAssumptions, MonthlyMetrics, MonthWithChange } from '../../shapes/metric.js'

export type { MonthAssumptions, MonthlyMetrics }

export type MonthlyFigures = Omit<MonthlyMetrics, 'id' | 'createdAt'>

const monthColumns = Prisma.sql`
  m.id::text, m.month::text,
  m.total_bugs AS "totalBugs", m.critical_bugs AS "criticalBugs", m.high_bugs AS "highBugs",
  m.medium_bugs AS "mediumBugs", m.low_bugs AS "lowBugs",
  m.eng_hours::text AS "engHours", m.total_cost::text AS "totalCost",
  m.revenue_impact_daily::text AS "revenueImpactDaily", m.avg_resolution_days::text AS "avgResolutionDays",
  m.bugs_created AS "bugsCreated", m.bugs_resolved AS "bugsResolved", m.hourly_rate::text AS "hourlyRate",
  m.assumptions, m.created_at AS "createdAt"`

/** Finds a month by its first moment in UTC. */
export async function findMonthlyMetrics(db: Db, month: Date): Promise<MonthlyMetrics | null> {
  const [row] = await db.$queryRaw<MonthlyMetrics[]>`
    SELECT ${monthColumns}
    FROM monthly_metrics m
    WHERE m.month = (${month}::timestamptz AT TIME ZONE 'UTC')::date`
  return row ?? null
}

/** First moments, in UTC, of the months stored as final, the oldest first. */
export async function findFinalMonths(db: Db): Promise<Date[]> {
  const rows = await db.$queryRaw<{ month: string }[]>`
    SELECT month::text FROM monthly_metrics WHERE (assumptions ->> 'final')::boolean ORDER BY month`
  return rows.map(({ month }) => new Date(`${month}T00:00:00Z`))
}

/** The stored months among the last `months`, the newest first, each with its change since the previous month. */
export async function findMonths(
  db: Db,
  { months, until }: { months: number; until: Date },
): Promise<MonthWithChange[]> {
  const change = (field: string, column: string, type = '') =>
    Prisma.raw(`'${field}', (m.${column} - before.${column})${type}`)
  const changes = [
    ...Object.entries(countColumns).map(([field, column]) => change(field, column)),
    ...Object.entries(decimalColumns).map(([field, column]) => change(field, column, '::text')),
  ]
  return db.$queryRaw<MonthWithChange[]>`
    SELECT
      ${monthColumns},
      CASE WHEN before.id IS NOT NULL THEN jsonb_build_object(${Prisma.join(changes, ', ')}) END AS change
    FROM monthly_metrics m
    LEFT JOIN monthly_metrics before ON before.month = (m.month - interval '1 month')::date
    WHERE m.month <= (${until}::timestamptz AT TIME ZONE 'UTC')::date
      AND m.month > (date_trunc('month', ${until}::timestamptz AT TIME ZONE 'UTC') - make_interval(months => ${months}))::date
    ORDER BY m.month DESC`
}

const countColumns = {
  totalBugs: 'total_bugs',
  criticalBugs: 'critical_bugs',
  highBugs: 'high_bugs',
  mediumBugs: 'medium_bugs',
  lowBugs: 'low_bugs',
  bugsCreated: 'bugs_created',
  bugsResolved: 'bugs_resolved',
}

const decimalColumns = {
  avgResolutionDays: 'avg_resolution_days',
  engHours: 'eng_hours',
  totalCost: 'total_cost',
  revenueImpactDaily: 'revenue_impact_daily',
}

interface SaveMonthlyMetrics {
  month: Date
  figures: MonthlyFigures
  actor: Actor
  /** The id of a new row. */
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
