import { backlogEventsIn, resolvedBugsIn } from '../bugs/bug-replay.js'
import { bugsTable } from '../bugs/bugs-as-of.js'
import type { Period } from '../../domain/period.js'
import type { Db } from '../client.js'
import { effortSample } from './samples/effort.js'
import { openStatuses } from '../../domain/bug.js'

/** What can be told of a month from bugs and their history alone, the same on whatever day it is asked. */
export interface MonthHistory {
  /** Open at the end of the month. */
  totalBugs: number
  criticalBugs: number
  highBugs: number
  mediumBugs: number
  lowBugs: number
  revenueImpactDaily: string
  bugsCreated: number
  /** Resolutions: a bug resolved twice counts twice. */
  bugsResolved: number
  engHours: string
  /** Null when nothing was resolved. */
  avgResolutionDays: string | null
  /** The bugs that the average was made from. */
  resolutionSample: number
}

/** Several short statements rather than a long one: the embedded database answers nothing else meanwhile. */
export async function getMonthHistory(db: Db, month: Period): Promise<MonthHistory> {
  return {
    ...(await openAtEnd(db, month)),
    ...(await flowDuring(db, month)),
    ...(await resolutionTime(db, month)),
  }
}

type OpenAtEnd = Pick<
  MonthHistory,
  'totalBugs' | 'criticalBugs' | 'highBugs' | 'mediumBugs' | 'lowBugs' | 'revenueImpactDaily'
>

async function openAtEnd(db: Db, { to }: Period): Promise<OpenAtEnd> {
  return only(
    await db.$queryRaw<OpenAtEnd[]>`
      SELECT
        count(*)::int AS "totalBugs",
        count(*) FILTER (WHERE severity = 'critical')::int AS "criticalBugs",
        count(*) FILTER (WHERE severity = 'high')::int AS "highBugs",
        count(*) FILTER (WHERE severity = 'medium')::int AS "mediumBugs",
        count(*) FILTER (WHERE severity = 'low')::int AS "lowBugs",
        coalesce(sum(revenue_impact), 0)::numeric(14, 2)::text AS "revenueImpactDaily"
      FROM ${bugsTable(to)} b
      WHERE status::text = ANY(${[...openStatuses]}::text[])`,
  )
}

type FlowDuring = Pick<MonthHistory, 'bugsCreated' | 'bugsResolved' | 'engHours'>

async function flowDuring(db: Db, month: Period): Promise<FlowDuring> {
  const { from, to } = month
  return only(
    await db.$queryRaw<FlowDuring[]>`
      SELECT
        (SELECT count(*)::int FROM bugs WHERE created_at >= ${from} AND created_at < ${to}) AS "bugsCreated",
        (SELECT coalesce(sum(resolved), 0)::int FROM (${backlogEventsIn(month)}) e) AS "bugsResolved",
        (
          SELECT coalesce(sum(hours), 0)
          FROM (${effortSample({ filter: {}, window: month, asOf: to, past: true })}) effort
        )::numeric(10, 2)::text AS "engHours"`,
  )
}

type ResolutionTime = Pick<MonthHistory, 'avgResolutionDays' | 'resolutionSample'>

async function resolutionTime(db: Db, month: Period): Promise<ResolutionTime> {
  return only(
    await db.$queryRaw<ResolutionTime[]>`
      SELECT
        (avg(hours) / 24)::numeric(10, 2)::text AS "avgResolutionDays",
        count(*)::int AS "resolutionSample"
      FROM (${resolvedBugsIn(month)}) r`,
  )
}

/** The one row of an aggregate. */
function only<T>(rows: readonly T[]): T {
  const [row] = rows
  if (!row) throw new Error('an aggregate without a row')
  return row
}
