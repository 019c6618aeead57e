import { flowMetrics } from './metrics/flow.js'
import type { Metric, Unit } from './metrics/metric.js'
import { paceMetrics } from './metrics/pace.js'
import { portfolioMetrics } from './metrics/portfolio.js'
import { standingMetrics } from './metrics/standing.js'
import type { Period } from './period.js'

export type { Aggregate, Metric, SampleName, Unit } from './metrics/metric.js'

/** Every metric there is. */
export const metrics = { ...standingMetrics, ...paceMetrics, ...flowMetrics, ...portfolioMetrics } as const

export type MetricId = keyof typeof metrics

/** In the order in which they are shown. */
export const metricIds = Object.keys(metrics) as MetricId[]

/** Counts of open bugs, whose changes can be led back to bugs. */
export const openIds = [
  'open.total',
  'open.critical',
  'open.high',
  'open.medium',
  'open.low',
  'open.blockers',
] as const satisfies readonly MetricId[]

/** What the dashboard shows. */
export const kpiIds = [
  ...openIds,
  'sla.breached',
  'revenue.at_risk_daily',
  'portfolio.valuation',
  'portfolio.monthly_cost',
] as const satisfies readonly MetricId[]

/** How engineering does over a window. */
export const engineeringIds = [
  'flow.created',
  'flow.resolved',
  'resolution.p50',
  'resolution.p90',
  'resolution.p95',
  'resolution.mean',
  'resolution.km50',
  'first_response.p50',
  'first_response.p90',
  'first_response.untouched',
  'reopen.rate',
  'estimate.accuracy',
  'sla.compliance',
  'effort.hours',
  'workload.imbalance',
] as const satisfies readonly MetricId[]

export const slaIds = [
  'sla.compliance',
  'sla.overrun.p50',
  'sla.at_risk',
  'sla.breached',
] as const satisfies readonly MetricId[]

export const agingIds = [
  'open.total',
  'backlog.age.p50',
  'backlog.age.p90',
  'backlog.age.oldest',
] as const satisfies readonly MetricId[]

export const flowIds = [
  'flow.created',
  'flow.resolved',
  'flow.reopened',
  'flow.deleted',
  'flow.net',
  'backlog.total',
  'backlog.deferred',
] as const satisfies readonly MetricId[]

export const portfolioIds = [
  'portfolio.projects',
  'portfolio.active',
  'portfolio.shipped',
  'portfolio.deferred',
  'portfolio.cancelled',
  'portfolio.valuation',
  'portfolio.monthly_cost',
  'portfolio.arr',
  'portfolio.year1_revenue',
  'portfolio.year3_revenue',
  'portfolio.roi',
  'portfolio.roi_net',
  'portfolio.milestones',
  'revenue.at_risk_daily',
  'delay.cost',
] as const satisfies readonly MetricId[]

/** A figure with everything needed to judge it. */
export interface Figure {
  id: MetricId
  /** Null where there is no data; a count of nothing is honestly 0. Money is a decimal string. */
  value: number | string | null
  unit: string
  /** How many bugs, events or projects the value was made from. */
  n: number
  asOf: Date
  /** Null for what is true of one moment. */
  window: Period | null
}

/** The metric of a name as the command line has it. */
export function isMetricId(name: string): name is MetricId {
  return Object.hasOwn(metrics, name)
}

export function metricOf(id: MetricId): Metric {
  return metrics[id]
}

/** `money/day` in dollars is `USD/day`. */
export function unitIn(currency: string, unit: Unit): string {
  return unit.replace('money', currency)
}
