import type { GateValue } from '../../domain/gate.js'
import type { MetricId } from '../../domain/metric.js'
import type { MonthlyMetrics } from '../../data/metrics/monthly-metrics.js'

/** Which metric a column of a stored month is. */
const columns: Partial<Record<keyof MonthlyMetrics, MetricId>> = {
  totalBugs: 'open.total',
  criticalBugs: 'open.critical',
  highBugs: 'open.high',
  mediumBugs: 'open.medium',
  lowBugs: 'open.low',
  revenueImpactDaily: 'revenue.at_risk_daily',
  bugsCreated: 'flow.created',
  bugsResolved: 'flow.resolved',
  engHours: 'effort.hours',
}

/** The figures of a stored month, or of one in a file. */
export function monthFigures(row: Partial<Record<keyof MonthlyMetrics, unknown>>): Map<MetricId, GateValue> {
  return new Map(
    Object.entries(columns).flatMap(([column, id]) => {
      const value = row[column as keyof MonthlyMetrics]
      return typeof value === 'number' || typeof value === 'string' || value === null
        ? [[id, value] as const]
        : []
    }),
  )
}
