/** What a metric measures. Help, JSON and reports read it here; its query stands in `data` under the same id. */
export interface Metric {
  title: string
  unit: Unit
  /** In words, for people. */
  formula: string
  /** Counted up when the formula changes: figures of different versions cannot be compared. */
  version: number
}

/** `money` stands for the currency that the organisation counts in. */
export type Unit = 'bugs' | 'hours' | 'money' | 'money/day' | 'money/month'

/** Every metric there is, in the order in which they are shown. */
export const metrics = {
  'open.total': {
    title: 'open bugs',
    unit: 'bugs',
    formula: 'bugs that are pending, in_progress or verified',
    version: 1,
  },
  'open.critical': {
    title: 'open critical bugs',
    unit: 'bugs',
    formula: 'open bugs of severity critical',
    version: 1,
  },
  'open.high': {
    title: 'open high bugs',
    unit: 'bugs',
    formula: 'open bugs of severity high',
    version: 1,
  },
  'open.medium': {
    title: 'open medium bugs',
    unit: 'bugs',
    formula: 'open bugs of severity medium',
    version: 1,
  },
  'open.low': {
    title: 'open low bugs',
    unit: 'bugs',
    formula: 'open bugs of severity low',
    version: 1,
  },
  'open.blockers': {
    title: 'open blockers',
    unit: 'bugs',
    formula: 'open bugs that others wait for',
    version: 1,
  },
  'sla.breached': {
    title: 'SLA breaches now',
    unit: 'bugs',
    formula: 'open bugs that are, or once were, past the end of their SLA',
    version: 1,
  },
  'revenue.at_risk_daily': {
    title: 'revenue at risk',
    unit: 'money/day',
    formula: 'Σ revenueImpact of open bugs',
    version: 1,
  },
  'portfolio.valuation': {
    title: 'portfolio valuation',
    unit: 'money',
    formula: 'Σ dcfValuation of projects that are not cancelled',
    version: 1,
  },
  'portfolio.monthly_cost': {
    title: 'monthly cost',
    unit: 'money/month',
    formula: 'Σ monthlyInfraCost of projects that are not cancelled',
    version: 1,
  },
  'flow.created': {
    title: 'bugs created',
    unit: 'bugs',
    formula: 'bugs created in the window',
    version: 1,
  },
  'flow.resolved': {
    title: 'bugs resolved',
    unit: 'bugs',
    formula: 'steps into shipped or closed in the window; a bug created resolved counts too',
    version: 1,
  },
  'effort.hours': {
    title: 'hours of work',
    unit: 'hours',
    formula: 'Σ positive changes of actualHours in the window',
    version: 1,
  },
  'resolution.mean': {
    title: 'mean time to resolution',
    unit: 'hours',
    formula:
      'mean of resolvedAt − createdAt − time deferred − time between resolve and reopen, over bugs resolved in the window',
    version: 1,
  },
} as const satisfies Record<string, Metric>

export type MetricId = keyof typeof metrics

/** What the dashboard shows. */
export const kpiIds = [
  'open.total',
  'open.critical',
  'open.high',
  'open.medium',
  'open.low',
  'open.blockers',
  'sla.breached',
  'revenue.at_risk_daily',
  'portfolio.valuation',
  'portfolio.monthly_cost',
] as const satisfies readonly MetricId[]

export type KpiId = (typeof kpiIds)[number]

/** A figure with everything needed to judge it. */
export interface Figure {
  id: MetricId
  /** Null where there is no data; a count of nothing is honestly 0. Money is a decimal string. */
  value: number | string | null
  unit: string
  /** How many bugs or projects the value was made from. */
  n: number
  asOf: Date
}

/** `money/day` in dollars is `USD/day`. */
export function unitIn(currency: string, unit: Unit): string {
  return unit.replace('money', currency)
}
