import { addMonths } from '../../domain/time.js'
import type { MonthlyMetrics } from '../../shapes/metric.js'
import { backlogEventsIn, openBugsBeforeEach, resolvedBugsIn } from '../bugs/bug-replay.js'
import type { Db } from '../../engine/client.js'
import { effortSample } from './samples/effort.js'

/** Figures of a month that depend only on bugs and their history, not on the day of the query. */
export interface MonthHistory extends OpenAtEnd, FlowDuring, ResolutionTime {}

/**
 * Figures by the first moment of the month, in UTC, as a number. Several short statements instead of a long one, during
 * which the embedded database could do nothing else.
 */
export async function getMonthHistories(db: Db, months: readonly Date[]): Promise<Map<number, MonthHistory>> {
  const open = await openAtEnds(db, months)
  const histories = new Map<number, MonthHistory>()
  for (const month of months) {
    histories.set(month.getTime(), {
      ...(open.get(addMonths(month, 1).getTime()) ?? nothingOpen),
      ...(await flowDuring(db, month)),
      ...(await resolutionTime(db, month)),
    })
  }
  return histories
}

interface OpenAtEnd extends Pick<
  MonthlyMetrics,
  'totalBugs' | 'criticalBugs' | 'highBugs' | 'mediumBugs' | 'lowBugs' | 'revenueImpactDaily'
> {
  /** The number of bugs in revenueImpactDaily. */
  revenueSample: number
}

const nothingOpen: OpenAtEnd = {
  totalBugs: 0,
  criticalBugs: 0,
  highBugs: 0,
  mediumBugs: 0,
  lowBugs: 0,
  revenueImpactDaily: null,
  revenueSample: 0,
}

async function openAtEnds(db: Db, months: readonly Date[]): Promise<Map<number, OpenAtEnd>> {
  const rows = await db.$queryRaw<(OpenAtEnd & { at: Date })[]>`
    SELECT
      at,
      count(*)::int AS "totalBugs",
      count(*) FILTER (WHERE severity = 'critical')::int AS "criticalBugs",
      count(*) FILTER (WHERE severity = 'high')::int AS "highBugs",
      count(*) FILTER (WHERE severity = 'medium')::int AS "mediumBugs",
      count(*) FILTER (WHERE severity = 'low')::int AS "lowBugs",
      round(sum(revenue_impact), 2)::text AS "revenueImpactDaily",
      count(revenue_impact)::int AS "revenueSample"
    FROM (${openBugsBeforeEach(months.map((month) => addMonths(month, 1)))}) o
    GROUP BY at`
  return new Map(rows.map(({ at, ...figures }) => [at.getTime(), figures]))
}

interface FlowDuring extends Pick<MonthlyMetrics, 'bugsCreated' | 'bugsResolved' | 'engHours'> {
  /** The number of bookings in engHours. */
  hoursSample: number
}

async function flowDuring(db: Db, month: Date): Promise<FlowDuring> {
  const window = { from: month, to: addMonths(month, 1) }
  return only(
    await db.$queryRaw<FlowDuring[]>`
      SELECT *
      FROM (
        SELECT
          coalesce(sum(e.created), 0)::int AS "bugsCreated",
          coalesce(sum(e.resolved), 0)::int AS "bugsResolved"
        FROM (${backlogEventsIn(window)}) e
      ) flow
      CROSS JOIN (
        SELECT round(sum(hours), 2)::text AS "engHours", count(*)::int AS "hoursSample"
        FROM (${effortSample({ filter: {}, window, asOf: window.to, past: true })}) booking
      ) effort`,
  )
}

interface ResolutionTime extends Pick<MonthlyMetrics, 'avgResolutionDays'> {
  /** The number of bugs in the average. */
  resolutionSample: number
}

async function resolutionTime(db: Db, month: Date): Promise<ResolutionTime> {
  return only(
    await db.$queryRaw<ResolutionTime[]>`
      SELECT
        round(avg(hours) / 24, 2)::text AS "avgResolutionDays",
        count(*)::int AS "resolutionSample"
      FROM (${resolvedBugsIn({ from: month, to: addMonths(month, 1) })}) r`,
  )
}

/** The one row of an aggregate. */
function only<T>(rows: readonly T[]): T {
  const [row] = rows
  if (!row) throw new Error('an aggregate without a row')
  return row
}
