import { isDeepStrictEqual } from 'node:util'
import { utcDay } from '../../domain/time.js'
import type { Actor } from '../audit.js'
import type { Db } from '../client.js'
import { getMonthlyFigures } from './monthly-figures.js'
import {
  findMonthlyMetrics,
  saveMonthlyMetrics,
  type MonthlyFigures,
  type MonthlyMetrics,
} from './monthly-metrics.js'
import { savePortfolio } from './portfolio-metrics.js'
import type { Difference, Snapshot } from '../../shapes/metric.js'

export type { Difference, Snapshot }

export interface WriteSnapshot {
  /** First moments of months, in UTC. */
  months: readonly Date[]
  actor: Actor
  /** Final months are replaced too. */
  rewrite: boolean
}

/** Stores today's portfolio and the months asked for. What would be the same again is not touched. */
export async function writeSnapshot(tx: Db, { months, actor, rewrite }: WriteSnapshot): Promise<Snapshot> {
  // First, since the running month takes its infrastructure from it.
  const portfolio = await savePortfolio(tx, { day: utcDay(actor.now), actor })
  const monthly: MonthlyMetrics[] = []
  const differences: Difference[] = []
  for (const month of months) {
    const stored = await findMonthlyMetrics(tx, month)
    const figures = await getMonthlyFigures(tx, { month, stored, now: actor.now })
    const changes = stored ? differencesOf(stored, figures) : []
    const isLocked = stored?.assumptions?.final === true && !rewrite
    if (isLocked) differences.push(...changes)
    const keeps = stored && (isLocked || changes.length === 0)
    monthly.push(keeps ? stored : await saveMonthlyMetrics(tx, { month, figures, actor }))
  }
  return { monthly, portfolio, differences }
}

function differencesOf(stored: MonthlyMetrics, figures: MonthlyFigures): Difference[] {
  return (Object.keys(figures) as (keyof MonthlyFigures)[])
    .filter((field) => !isDeepStrictEqual(stored[field], figures[field]))
    .map((field) => ({ month: stored.month, field, stored: stored[field], computed: figures[field] }))
}
