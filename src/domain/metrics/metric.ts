/** What a metric measures. Help, JSON, the reference and the queries all read it here: it is defined in one place. */
export interface Metric {
  title: string
  unit: Unit
  /** In words, for people. */
  formula: string
  /** What is left out, and where it is counted instead. */
  exclusions: string
  /**
   * `moment`: how bugs stand at the end of the window. `window`: what happened in it. `projects`: of projects, which have
   * no history and are always as they are today.
   */
  over: 'moment' | 'window' | 'projects'
  /** The rows it is made from, and the column of theirs that is measured. */
  sample: SampleName
  column: string
  aggregate: Aggregate
  /** Which way is an improvement; absent where it depends. */
  better?: 'less' | 'more'
  /** Of a ratio: it may be above 1, so that people read `4 ×` and not 400 %. */
  isMultiple?: true
  /** Counted up when the formula changes: figures of different versions cannot be compared. */
  version: number
}

/** `money` stands for the currency that the organisation counts in. */
export type Unit = 'bugs' | 'projects' | 'hours' | 'days' | 'ratio' | 'money' | 'money/day' | 'money/month'

/** Each is one query of src/data/metrics/samples: a row per bug, event or project. */
export type SampleName =
  | 'open'
  | 'backlog'
  | 'resolution'
  | 'survival'
  | 'firstResponse'
  | 'slaVerdict'
  | 'flow'
  | 'reopening'
  | 'estimate'
  | 'effort'
  | 'workload'
  | 'projects'
  | 'projectStatus'

/**
 * How the column becomes one number; n is how many rows know their value, of a `count` every row.
 *
 * - `count`: rows in which it is true
 * - `money`, `total`: the sum, exact; a sum of nothing is null, a total of nothing 0
 * - `p50`, `p90`, `p95`: percentile_cont
 * - `share`: how many of those that know are true, as a ratio
 * - `quotient`: Σ column_part ÷ Σ column_whole
 * - `kaplanMeier`: the median of survival, where rows that are not `ended` are censored
 * - `imbalance`: the largest sum of a person ÷ the median one
 */
export type Aggregate =
  | 'count'
  | 'money'
  | 'total'
  | 'p50'
  | 'p90'
  | 'p95'
  | 'mean'
  | 'max'
  | 'share'
  | 'quotient'
  | 'kaplanMeier'
  | 'imbalance'
