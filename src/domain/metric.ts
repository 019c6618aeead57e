import { filtersOfSample } from './delivery/filters.js'
import { activityMetrics } from './metrics/activity.js'
import { doraMetrics, inferredMetrics } from './metrics/dora.js'
import { flowMetrics } from './metrics/flow.js'
import {
  sessionSamples,
  type DeliverySample,
  type Metric,
  type SampleName,
  type Unit,
} from './metrics/metric.js'
import { paceMetrics } from './metrics/pace.js'
import { portfolioMetrics } from './metrics/portfolio.js'
import { pullMetrics } from './metrics/pulls.js'
import { sessionMetrics } from './metrics/sessions.js'
import { standingMetrics } from './metrics/standing.js'
import type { Period } from './period.js'

export type { DeliverySample, Metric, SampleName, Unit } from './metrics/metric.js'

const deliveryMetrics = { ...doraMetrics, ...pullMetrics, ...activityMetrics } as const

/** Every metric. */
export const metrics = {
  ...standingMetrics,
  ...paceMetrics,
  ...flowMetrics,
  ...portfolioMetrics,
  ...deliveryMetrics,
  ...inferredMetrics,
  ...sessionMetrics,
} as const

export type MetricId = keyof typeof metrics

/** In the order in which they are shown. */
export const metricIds = Object.keys(metrics) as MetricId[]

/** The metrics of repositories, without those that are inferred by time. */
export const deliveryIds = Object.keys(deliveryMetrics) as (keyof typeof deliveryMetrics)[]

export const inferredIds = Object.keys(inferredMetrics) as (keyof typeof inferredMetrics)[]

/** The metrics of sessions and their tools. */
export const sessionIds = Object.keys(sessionMetrics) as (keyof typeof sessionMetrics)[]

/** Counts of open bugs, whose changes can be attributed to bugs. */
export const openIds = [
  'open.total',
  'open.critical',
  'open.high',
  'open.medium',
  'open.low',
  'open.blockers',
] as const satisfies readonly MetricId[]

/** The metrics of the dashboard. */
export const kpiIds = [
  ...openIds,
  'sla.breached',
  'revenue.at_risk_daily',
  'portfolio.valuation',
  'portfolio.monthly_cost',
] as const satisfies readonly MetricId[]

/** The metrics of engineering over a window. */
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
  'flow.self_verified',
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

/** A figure with its unit, sample size and time. */
export interface Figure {
  id: MetricId
  /** Null if there is no data; a count without rows is 0 where a source of such rows is known. Money is a decimal string. */
  value: number | string | null
  unit: string
  /** The number of bugs, events or projects in the value. */
  n: number
  asOf: Date
  /** Null for a figure of one moment. */
  window: Period | null
}

/** Whether a name from the command line is a metric. */
export function isMetricId(name: string): name is MetricId {
  return Object.hasOwn(metrics, name)
}

/** Whether a metric is of repositories, which filters of bugs do not narrow. */
export function isDelivery(id: MetricId): boolean {
  return isDeliverySample(metricOf(id).sample)
}

export function isDeliverySample(sample: SampleName): sample is DeliverySample {
  return Object.hasOwn(filtersOfSample, sample)
}

/** Whether a metric is of sessions or their tools, which no filter of bugs but the project narrows. */
export function isOfSessions(id: MetricId): boolean {
  return (sessionSamples as readonly SampleName[]).includes(metricOf(id).sample)
}

export function metricOf(id: MetricId): Metric {
  return metrics[id]
}

/** `money/day` in dollars is `USD/day`. */
export function unitIn(currency: string, unit: Unit): string {
  return unit.replace('money', currency)
}
