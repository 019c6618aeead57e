/** The definition of a metric, which help, JSON, the reference and the queries use. */
export interface Metric {
  title: string
  unit: Unit
  /** In words, for users. */
  formula: string
  /** What is excluded, and where it is counted instead. */
  exclusions: string
  /**
   * `moment`: the state of bugs at the end of the window. `window`: events in it. `projects`: the present state of projects,
   * which have no history.
   */
  over: 'moment' | 'window' | 'projects'
  /** The rows that it aggregates, and the column that is measured. */
  sample: SampleName
  column: string
  aggregate: Aggregate
  /** Which way is an improvement; absent where it depends. */
  better?: 'less' | 'more'
  /** Of a ratio: it may be above 1, so that people read `4 ×` and not 400 %. */
  isMultiple?: true
  /** Incremented when the formula changes: figures of different versions cannot be compared. */
  version: number
}

/** `money` is replaced by the organisation's currency. */
export type Unit =
  | 'bugs'
  | 'projects'
  | 'hours'
  | 'days'
  | 'ratio'
  | 'money'
  | 'money/day'
  | 'money/month'
  | 'points'
  | 'deployments'
  | 'deployments/day'
  | 'pull requests'
  | 'reviews'
  | 'commits'
  | 'issues'
  | 'people'
  | 'lines'
  | 'sessions'
  | 'calls'
  | 'requests'
  | 'tokens'
  | 'milliseconds'
  | 'bytes'
  | 'MB'
  | 'USD'

/** Each is one query of src/data/metrics/samples: a row per bug, event or project, or one of delivery. */
export type SampleName = BugSample | DeliverySample | SessionSample

export type BugSample =
  | 'open'
  | 'backlog'
  | 'resolution'
  | 'survival'
  | 'firstResponse'
  | 'slaVerdict'
  | 'flow'
  | 'reopening'
  | 'verification'
  | 'estimate'
  | 'effort'
  | 'workload'
  | 'projects'
  | 'projectStatus'
  | 'projectHealth'

/** Rows of sessions and their tools, which are narrowed by project and by filters of their own. */
export type SessionSample = (typeof sessionSamples)[number]

export const sessionSamples = ['sessions', 'activeHours', 'sessionPeople', 'toolSums', 'toolCalls'] as const

/** Rows of repositories, which other filters narrow than those of bugs. */
export type DeliverySample =
  | 'deployments'
  | 'shippedChanges'
  | 'recoveries'
  | 'suspectedFailures'
  | 'mergedPulls'
  | 'openedPulls'
  | 'closedPulls'
  | 'openPulls'
  | 'reviews'
  | 'reviewers'
  | 'commits'
  | 'openedIssues'
  | 'closedIssues'
  | 'assessedPulls'

/**
 * How the column is aggregated. n is the number of rows with a value, for a `count` all rows.
 *
 * - `count`: rows in which it is true
 * - `money`, `total`, `sum`: the exact sum; without rows, `total` is 0 and the others are null
 * - `distinct`: different values
 * - `p50`, `p90`, `p95`: percentile_cont
 * - `share`: true rows ÷ rows with a value
 * - `quotient`: Σ column_part ÷ Σ column_whole
 * - `kaplanMeier`: the median of survival, where rows that are not `ended` are censored
 * - `imbalance`: the largest sum per person ÷ the median one
 */
export type Aggregate =
  | 'count'
  | 'money'
  | 'total'
  | 'sum'
  | 'distinct'
  | 'p50'
  | 'p90'
  | 'p95'
  | 'mean'
  | 'max'
  | 'share'
  | 'quotient'
  | 'kaplanMeier'
  | 'imbalance'
