import { isDeepStrictEqual } from 'node:util'
import { dayMs } from '../../domain/duration.js'
import { addMonths, utcDay } from '../../domain/time.js'
import type { Actor } from '../audit/audit.js'
import type { Db } from '../../engine/client.js'
import { getMonthHistories } from './month-history.js'
import { getMonthlyFigures } from './monthly-figures.js'
import {
  findFinalMonths,
  findMonthlyMetrics,
  saveMonthlyMetrics,
  type MonthlyFigures,
  type MonthlyMetrics,
} from './monthly-metrics.js'
import { dailyKinds } from './daily-figures.js'
import { writeDailyRows } from './daily-rows.js'
import { findPrunedBefore, requireHistory } from '../pruned-before.js'
import { savePortfolio } from './portfolio-metrics.js'
import { saveProjectHealth } from './project-health.js'
import type { DailyCounts } from '../../shapes/delivery-report.js'
import type { Difference, Snapshot, Verification } from '../../shapes/metric.js'

export type { Difference, Snapshot }

export interface WriteSnapshot {
  /** First moments of months, in UTC. */
  months: readonly Date[]
  actor: Actor
  /** Replace final months too. */
  rewrite: boolean
}

/**
 * Stores today's portfolio, the health of the projects, the given months and their days of repositories. Rows that would not
 * change are not touched, nor are stored months whose history was pruned.
 *
 * @throws CtoError NOT_PERMITTED for a month that cannot be computed any more
 */
export async function writeSnapshot(tx: Db, { months, actor, rewrite }: WriteSnapshot): Promise<Snapshot> {
  // First, since the current month takes its infrastructure cost from it.
  const portfolio = await savePortfolio(tx, { day: utcDay(actor.now), actor })
  await saveProjectHealth(tx, actor.now)
  const monthly: MonthlyMetrics[] = []
  const differences: Difference[] = []
  const { known, unknown } = await splitByHistory(tx, months)
  for (const month of unknown) {
    // What is stored was computed when all of history was there.
    const stored = rewrite ? null : await findMonthlyMetrics(tx, month)
    if (stored === null) await requireHistory(tx, month)
    else monthly.push(stored)
  }
  for (const { month, stored, figures } of await recompute(tx, known, actor.now)) {
    const changes = stored ? differencesOf(stored, figures) : []
    const isLocked = stored?.assumptions?.final === true && !rewrite
    if (isLocked) differences.push(...changes)
    // A month that agrees with history again loses its mark.
    const isMarked = changes.length === 0 && stored?.assumptions?.staleSince !== undefined
    const keeps = stored && !isMarked && (isLocked || changes.length === 0)
    monthly.push(keeps ? stored : await saveMonthlyMetrics(tx, { month, figures, actor }))
  }
  return { monthly, portfolio, differences, daily: await writeDays(tx, months, actor.now) }
}

/** The days of the months up to today. */
async function writeDays(tx: Db, months: readonly Date[], now: Date): Promise<DailyCounts> {
  const daily: DailyCounts = { repositories: 0, organizations: 0, developers: 0 }
  const tomorrow = new Date(utcDay(now).getTime() + dayMs)
  for (const from of months) {
    const end = addMonths(from, 1)
    const counts = await writeDailyRows(tx, { from, to: end < tomorrow ? end : tomorrow })
    for (const kind of dailyKinds) daily[kind] += counts[kind]
  }
  return daily
}

interface VerifySnapshots {
  now: Date
  /** At most this many of the last months. */
  last?: number
  /** First moments, in UTC, of the months stored as final to compare; absent: every one. */
  months?: readonly Date[]
}

/** Recomputes the months that are stored as final, and reports where history differs from them by now. */
export async function verifySnapshots(
  db: Db,
  { now, last = Infinity, months }: VerifySnapshots,
): Promise<Omit<Verification, 'daily'>> {
  const stored = months ?? (await findFinalMonths(db))
  const { known, unknown } = await splitByHistory(db, stored.slice(Math.max(0, stored.length - last)))
  const recomputed = await recompute(db, known, now)
  return {
    verified: recomputed.map(({ figures }) => figures.month),
    unknown: unknown.map((month) => month.toISOString().slice(0, 10)),
    differences: recomputed.flatMap(({ stored, figures }) => (stored ? differencesOf(stored, figures) : [])),
  }
}

/** Months whose history is complete, and those of which some was pruned. */
async function splitByHistory(db: Db, months: readonly Date[]): Promise<{ known: Date[]; unknown: Date[] }> {
  const before = await findPrunedBefore(db, 'history')
  const isKnown = (month: Date) => before === null || month >= before
  return { known: months.filter(isKnown), unknown: months.filter((month) => !isKnown(month)) }
}

/** The computed months beside the stored ones. */
async function recompute(db: Db, months: readonly Date[], now: Date) {
  const histories = months.length === 0 ? new Map<number, never>() : await getMonthHistories(db, months)
  const recomputed: { month: Date; stored: MonthlyMetrics | null; figures: MonthlyFigures }[] = []
  for (const month of months) {
    const history = histories.get(month.getTime())
    if (!history) throw new Error('a month without a history')
    const stored = await findMonthlyMetrics(db, month)
    recomputed.push({ month, stored, figures: await getMonthlyFigures(db, { month, history, stored, now }) })
  }
  return recomputed
}

function differencesOf(row: MonthlyMetrics, figures: MonthlyFigures): Difference[] {
  const stored = { ...row, assumptions: withoutMark(row.assumptions) }
  return (Object.keys(figures) as (keyof MonthlyFigures)[])
    .filter((field) => !isDeepStrictEqual(stored[field], figures[field]))
    .map((field) => ({ month: stored.month, field, stored: stored[field], computed: figures[field] }))
}

function withoutMark(assumptions: MonthlyMetrics['assumptions']): MonthlyMetrics['assumptions'] {
  if (assumptions === null) return null
  const { staleSince: _, ...others } = assumptions
  return others
}
