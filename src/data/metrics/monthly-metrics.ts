import { randomUUID } from 'node:crypto'
import { recordAudit, type Actor } from '../audit/audit.js'
import type { DaySpan } from '../../domain/day-span.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import type { MonthAssumptions, MonthlyMetrics, MonthWithChange } from '../../shapes/metric.js'

export type { MonthAssumptions, MonthlyMetrics }

export type MonthlyFigures = Omit<MonthlyMetrics, 'id' | 'createdAt'>

/**
 * A column that is not nullable holds 0 where nothing was known; the size of its sample is then 0 too. Months stored
 * without such sizes are read as they are.
 */
const hasNo = (row: string, sample: 'hoursSample' | 'revenueSample') =>
  `(${row}.assumptions ->> '${sample}')::int = 0`

/** Decimal columns of the row `m` or `before`, null where nothing was known. */
const decimals = {
  engHours: (row: string) => `CASE WHEN ${hasNo(row, 'hoursSample')} THEN NULL ELSE ${row}.eng_hours END`,
  totalCost: (row: string) =>
    `CASE WHEN ${hasNo(row, 'hoursSample')} AND ${row}.total_cost = 0 THEN NULL ELSE ${row}.total_cost END`,
  revenueImpactDaily: (row: string) =>
    `CASE WHEN ${hasNo(row, 'revenueSample')} THEN NULL ELSE ${row}.revenue_impact_daily END`,
  avgResolutionDays: (row: string) => `${row}.avg_resolution_days`,
}

const decimalColumns = Prisma.raw(
  Object.entries(decimals)
    .map(([field, column]) => `(${column('m')})::text AS "${field}"`)
    .join(', '),
)

const monthColumns = Prisma.sql`
  m.id::text, m.month::text,
  m.total_bugs AS "totalBugs", m.critical_bugs AS "criticalBugs", m.high_bugs AS "highBugs",
  m.medium_bugs AS "mediumBugs", m.low_bugs AS "lowBugs",
  ${decimalColumns},
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

/**
 * Marks the different ones of the compared months as stale, from `now` where they were not before, and unmarks the others.
 * `different` are first days, such as `2026-10-01`.
 */
export async function markStaleMonths(
  tx: Db,
  { compared, different, now }: { compared: readonly Date[]; different: readonly string[]; now: Date },
): Promise<void> {
  const days = compared.map((month) => month.toISOString().slice(0, 10))
  const mark = JSON.stringify({ staleSince: now })
  await tx.$executeRaw`
    UPDATE monthly_metrics SET assumptions = CASE
      WHEN month = ANY(${[...different]}::date[]) THEN ${mark}::jsonb || assumptions
      ELSE assumptions - 'staleSince'
    END
    WHERE month = ANY(${days}::date[])
      AND jsonb_exists(assumptions, 'staleSince') <> (month = ANY(${[...different]}::date[]))`
}

/** When the figures of a stored month last changed. */
export async function findLastStored(db: Db, { id, createdAt }: MonthlyMetrics): Promise<Date> {
  const [row] = await db.$queryRaw<{ at: Date | null }[]>`
    SELECT max(created_at) AS at FROM audit_log
    WHERE entity_type = 'monthlyMetrics' AND entity_id = ${id} AND action = 'metrics.snapshot'`
  return row?.at ?? createdAt
}

/** The stored months that begin in the span, the newest first, each with its change since the previous month. */
export async function findMonths(db: Db, { first, last }: DaySpan): Promise<MonthWithChange[]> {
  const changes = [
    ...Object.entries(countColumns).map(([field, column]) => `'${field}', m.${column} - before.${column}`),
    ...Object.entries(decimals).map(
      ([field, column]) => `'${field}', ((${column('m')}) - (${column('before')}))::text`,
    ),
  ].map((change) => Prisma.raw(change))
  return db.$queryRaw<MonthWithChange[]>`
    SELECT
      ${monthColumns},
      CASE WHEN before.id IS NOT NULL THEN jsonb_build_object(${Prisma.join(changes, ', ')}) END AS change
    FROM monthly_metrics m
    LEFT JOIN monthly_metrics before ON before.month = (m.month - interval '1 month')::date
    WHERE m.month >= (${first}::timestamptz AT TIME ZONE 'UTC')::date
      AND m.month <= (${last}::timestamptz AT TIME ZONE 'UTC')::date
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
  const { engHours, totalCost, revenueImpactDaily } = values
  const data = {
    ...values,
    engHours: engHours ?? '0',
    totalCost: totalCost ?? '0',
    revenueImpactDaily: revenueImpactDaily ?? '0',
    month,
    assumptions: assumptions ?? {},
  }
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
