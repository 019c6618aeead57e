import type { Metric } from './metric.js'

const merged = { over: 'window', sample: 'mergedPulls', version: 1 } as const

const stage = { ...merged, unit: 'hours', better: 'less' } as const

const ofMerged = 'over pull requests merged in the window'

const missing = 'pull requests of which either end is unknown or that would be negative: n counts the others'

const byHumans = 'pull requests by bots; null where no repository was synced or has a pull request'

/** A title and a formula for the median and the 90th percentile. */
const median = (title: string, formula: string) =>
  ({ title: `median ${title}`, formula: `median of ${formula}, ${ofMerged}`, aggregate: 'p50' }) as const
const ninth = (title: string, formula: string) =>
  ({
    title: `${title}, 90th percentile`,
    formula: `90th percentile of ${formula}, ${ofMerged}`,
    aggregate: 'p90',
  }) as const

const stages = {
  cycle: ['cycle time', 'mergedAt − the earlier of firstCommitAt and readyAt'],
  coding: ['coding time', 'readyAt − firstCommitAt'],
  pickup: ['pickup time', 'firstReviewAt − readyAt'],
  review: ['time from review to approval', 'approvedAt − firstReviewAt'],
  merge: ['time from approval to merge', 'mergedAt − approvedAt'],
  deploy: ['time from merge to deployment', 'deployedAt − mergedAt'],
} as const

const opened = { over: 'window', sample: 'openedPulls', version: 1 } as const

const firstResponse = {
  ...opened,
  unit: 'hours',
  column: 'first_response',
  better: 'less',
  exclusions: 'those without a response by a human other than the author; pull requests by bots',
} as const

/** The flow of pull requests. Each stage has its own n. */
export const pullMetrics = {
  'pr.cycle.p50': { ...stage, column: 'cycle', exclusions: missing, ...median(...stages.cycle) },
  'pr.cycle.p90': { ...stage, column: 'cycle', exclusions: missing, ...ninth(...stages.cycle) },
  'pr.coding.p50': { ...stage, column: 'coding', exclusions: missing, ...median(...stages.coding) },
  'pr.coding.p90': { ...stage, column: 'coding', exclusions: missing, ...ninth(...stages.coding) },
  'pr.pickup.p50': { ...stage, column: 'pickup', exclusions: missing, ...median(...stages.pickup) },
  'pr.pickup.p90': { ...stage, column: 'pickup', exclusions: missing, ...ninth(...stages.pickup) },
  'pr.review.p50': { ...stage, column: 'review', exclusions: missing, ...median(...stages.review) },
  'pr.review.p90': { ...stage, column: 'review', exclusions: missing, ...ninth(...stages.review) },
  'pr.merge.p50': { ...stage, column: 'merge', exclusions: missing, ...median(...stages.merge) },
  'pr.merge.p90': { ...stage, column: 'merge', exclusions: missing, ...ninth(...stages.merge) },
  'pr.unsplit.p50': {
    ...stage,
    column: 'unsplit',
    title: 'median cycle time in no stage',
    formula: `median of cycle − coding − pickup − review − merge, a missing stage counting as 0, ${ofMerged}`,
    aggregate: 'p50',
    exclusions: 'pull requests without a cycle',
  },
  'pr.deploy.p50': { ...stage, column: 'deploy', exclusions: missing, ...median(...stages.deploy) },
  'pr.deploy.p90': { ...stage, column: 'deploy', exclusions: missing, ...ninth(...stages.deploy) },
  'pr.first_response.p50': {
    ...firstResponse,
    title: 'median pull request response',
    formula: 'median of firstResponseAt − readyAt, over pull requests opened in the window',
    aggregate: 'p50',
  },
  'pr.first_response.p90': {
    ...firstResponse,
    title: 'pull request response, 90th percentile',
    formula: '90th percentile of firstResponseAt − readyAt, over pull requests opened in the window',
    aggregate: 'p90',
  },
  'pr.waiting': {
    ...opened,
    title: 'pull requests without a response',
    unit: 'pull requests',
    column: 'waiting',
    aggregate: 'count',
    formula:
      'pull requests opened in the window that are open, ready and without a response at the end of the window',
    exclusions: `drafts; ${byHumans}`,
    better: 'less',
  },
  'pr.opened': {
    ...opened,
    title: 'pull requests opened',
    unit: 'pull requests',
    column: 'counted',
    aggregate: 'count',
    formula: 'pull requests opened in the window',
    exclusions: byHumans,
  },
  'pr.merged': {
    ...merged,
    title: 'pull requests merged',
    unit: 'pull requests',
    column: 'counted',
    aggregate: 'count',
    formula: 'pull requests merged in the window',
    exclusions: byHumans,
    better: 'more',
  },
  'pr.closed': {
    title: 'pull requests closed unmerged',
    unit: 'pull requests',
    over: 'window',
    sample: 'closedPulls',
    column: 'counted',
    aggregate: 'count',
    formula: 'pull requests closed without a merge in the window',
    exclusions: byHumans,
    version: 1,
  },
  'pr.open': {
    title: 'open pull requests',
    unit: 'pull requests',
    over: 'moment',
    sample: 'openPulls',
    column: 'counted',
    aggregate: 'count',
    formula: 'pull requests, drafts included, that are open at the end of the window',
    exclusions: byHumans,
    better: 'less',
    version: 1,
  },
  'pr.open_age.p90': {
    title: 'age of open pull requests, 90th percentile',
    unit: 'days',
    over: 'moment',
    sample: 'openPulls',
    column: 'age_days',
    aggregate: 'p90',
    formula: '90th percentile of the days since openedAt, over open pull requests',
    exclusions: 'pull requests by bots',
    better: 'less',
    version: 1,
  },
  'pr.size.p50': {
    ...merged,
    title: 'median size of a pull request',
    unit: 'lines',
    column: 'size',
    aggregate: 'p50',
    formula: `median of additions + deletions, ${ofMerged}`,
    exclusions: 'pull requests whose lines are unknown',
    better: 'less',
  },
  'pr.unreviewed': {
    ...merged,
    title: 'merged without a review',
    unit: 'ratio',
    column: 'unreviewed',
    aggregate: 'share',
    formula:
      'pull requests merged in the window without a review by a human other than the author before the merge, drafts included ÷ merged',
    exclusions: 'pull requests known by mentions alone, of which the reviews are unknown',
    better: 'less',
  },
  'pr.reverted': {
    ...merged,
    title: 'reverted within 30 days',
    unit: 'ratio',
    column: 'reverted',
    aggregate: 'share',
    formula: 'pull requests merged in the window and reverted within 30 days of the merge ÷ merged',
    exclusions: 'reverts that were not merged; reverts of reverts',
    better: 'less',
  },
} as const satisfies Record<string, Metric>
