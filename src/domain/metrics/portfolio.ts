import { healthDays, healthWeights } from '../project-health.js'
import type { Metric } from './metric.js'

const ofProjects = {
  over: 'projects',
  sample: 'projects',
  version: 1,
} as const

const byStatus = {
  ...ofProjects,
  sample: 'projectStatus',
  unit: 'projects',
  aggregate: 'count',
  exclusions: 'none',
} as const

const unknown = 'cancelled projects; projects without the amount: n counts the others'

/** The value of the projects that are not cancelled. */
export const portfolioMetrics = {
  'portfolio.valuation': {
    ...ofProjects,
    title: 'portfolio valuation',
    unit: 'money',
    formula: 'Σ dcfValuation of projects that are not cancelled',
    exclusions: unknown,
    column: 'dcf_valuation',
    aggregate: 'money',
  },
  'portfolio.monthly_cost': {
    ...ofProjects,
    title: 'monthly cost',
    unit: 'money/month',
    formula: 'Σ monthlyInfraCost of projects that are not cancelled',
    exclusions: unknown,
    column: 'monthly_infra_cost',
    aggregate: 'money',
  },
  'portfolio.projects': {
    ...ofProjects,
    title: 'projects',
    unit: 'projects',
    formula: 'projects that are not cancelled',
    exclusions: 'cancelled projects',
    column: 'counted',
    aggregate: 'count',
  },
  'portfolio.active': {
    ...byStatus,
    title: 'active projects',
    formula: 'projects whose status is active',
    column: 'active',
  },
  'portfolio.shipped': {
    ...byStatus,
    title: 'shipped projects',
    formula: 'projects whose status is shipped',
    column: 'shipped',
  },
  'portfolio.deferred': {
    ...byStatus,
    title: 'deferred projects',
    formula: 'projects whose status is deferred',
    column: 'deferred',
  },
  'portfolio.cancelled': {
    ...byStatus,
    title: 'cancelled projects',
    formula: 'projects whose status is cancelled',
    column: 'cancelled',
  },
  'portfolio.arr': {
    ...ofProjects,
    title: 'annual recurring revenue',
    unit: 'money',
    formula: 'Σ arr of projects that are not cancelled',
    exclusions: unknown,
    column: 'arr',
    aggregate: 'money',
  },
  'portfolio.year1_revenue': {
    ...ofProjects,
    title: 'revenue of the first year',
    unit: 'money',
    formula: 'Σ year1Revenue of projects that are not cancelled',
    exclusions: unknown,
    column: 'year1_revenue',
    aggregate: 'money',
  },
  'portfolio.year3_revenue': {
    ...ofProjects,
    title: 'revenue of the third year',
    unit: 'money',
    formula: 'Σ year3Revenue of projects that are not cancelled',
    exclusions: unknown,
    column: 'year3_revenue',
    aggregate: 'money',
  },
  'portfolio.roi': {
    ...ofProjects,
    title: 'return on investment',
    unit: 'ratio',
    formula: 'Σ roiScore × year3Revenue ÷ Σ year3Revenue',
    exclusions: 'cancelled projects; projects that lack one of them or both',
    column: 'roi',
    isMultiple: true,
    better: 'more',
    aggregate: 'quotient',
  },
  'portfolio.roi_net': {
    ...ofProjects,
    title: 'return on investment, net of delay',
    unit: 'ratio',
    formula: 'Σ (roiScore × year3Revenue − cost of delay of its open bugs) ÷ Σ year3Revenue',
    exclusions: 'as portfolio.roi; bugs without a project or a known revenueImpact',
    column: 'roi_net',
    isMultiple: true,
    better: 'more',
    aggregate: 'quotient',
  },
  'portfolio.milestones': {
    ...ofProjects,
    title: 'milestones reached',
    unit: 'ratio',
    formula: 'Σ currentMilestone ÷ Σ totalMilestones',
    exclusions: 'cancelled projects; projects without milestones',
    column: 'milestones',
    better: 'more',
    aggregate: 'quotient',
  },
  'project.health': {
    ...ofProjects,
    title: 'project health',
    unit: 'points',
    formula: `mean over the projects of 100 × (${healthWeights.slaKept} × SLA kept over ${healthDays} days + ${healthWeights.onTime} × (1 − late ÷ open) + ${healthWeights.notCritical} × (1 − critical ÷ open) + ${healthWeights.recent} × (1 − days since the last commit ÷ ${healthDays}, at least 0)); unknown terms drop out, and the others weigh more`,
    exclusions: 'cancelled projects; projects of which no term is known',
    sample: 'projectHealth',
    column: 'health',
    aggregate: 'mean',
    better: 'more',
  },
} as const satisfies Record<string, Metric>
