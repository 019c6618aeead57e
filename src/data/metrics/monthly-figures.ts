import { monthlyCost } from '../../domain/monthly-cost.js'
import { addMonths } from '../../domain/time.js'
import type { Db } from '../../engine/client.js'
import type { MonthHistory } from './month-history.js'
import type { MonthAssumptions, MonthlyFigures, MonthlyMetrics } from './monthly-metrics.js'
import { findPortfolioBefore, getPortfolioFigures } from './portfolio-metrics.js'
import { getMoneyTerms } from '../settings/settings.js'

interface GetMonthlyFigures {
  /** Its first moment in UTC. */
  month: Date
  history: MonthHistory
  /** The stored row. */
  stored: MonthlyMetrics | null
  now: Date
}

/** Computes the row of the month. */
export async function getMonthlyFigures(
  db: Db,
  { month, history, stored, now }: GetMonthlyFigures,
): Promise<MonthlyFigures> {
  const to = addMonths(month, 1)
  const { resolutionSample, hoursSample, revenueSample, ...figures } = history
  const { hourlyRate, ...terms } = storedTerms(stored) ?? (await currentTerms(db, to))
  return {
    month: month.toISOString().slice(0, 10),
    ...figures,
    totalCost: monthlyCost({ engHours: figures.engHours, hourlyRate, infrastructure: terms.infrastructure }),
    hourlyRate,
    assumptions: { final: to <= now, ...terms, resolutionSample, hoursSample, revenueSample },
  }
}

/** The terms that convert hours to money. */
type Terms = Pick<MonthAssumptions, 'currency' | 'infrastructure' | 'infrastructureFrom'> & {
  hourlyRate: string
}

/** A final month keeps the terms with which it was closed; today's do not apply. */
function storedTerms(stored: MonthlyMetrics | null): Terms | null {
  if (!stored?.assumptions?.final) return null
  const { currency, infrastructure, infrastructureFrom } = stored.assumptions
  return { hourlyRate: stored.hourlyRate, currency, infrastructure, infrastructureFrom }
}

/** Projects have no history: the infrastructure cost comes from the last portfolio snapshot of the time, if any. */
async function currentTerms(db: Db, monthEnd: Date): Promise<Terms> {
  const settings = await getMoneyTerms(db)
  const snapshot = await findPortfolioBefore(db, monthEnd)
  return snapshot
    ? { ...settings, infrastructure: snapshot.monthlyDepsCost ?? '0.00', infrastructureFrom: 'snapshot' }
    : {
        ...settings,
        infrastructure: (await getPortfolioFigures(db)).monthlyDepsCost ?? '0.00',
        infrastructureFrom: 'today',
      }
}
