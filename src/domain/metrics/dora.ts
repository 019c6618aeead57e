import type { Metric } from './metric.js'

const deployments = {
  over: 'window',
  sample: 'deployments',
  version: 1,
} as const

const counted = 'successful production deployments that finished in the window'

const lead = {
  unit: 'hours',
  over: 'window',
  sample: 'shippedChanges',
  column: 'lead',
  better: 'less',
  exclusions:
    'changes whose first commit is unknown or later than the deployment; what the first known deployment of a service reached; changes by bots',
  version: 1,
} as const

const firstDeployed =
  'deployedAt − firstCommitAt (of a commit: authoredAt), over changes first deployed in the window'

/** DORA's figures: production deployments of the source that each repository uses, one source per repository. */
export const doraMetrics = {
  'dora.deployments': {
    ...deployments,
    title: 'deployments',
    unit: 'deployments',
    column: 'counted',
    aggregate: 'sum',
    formula: counted,
    exclusions: 'failed attempts; null where no repository has a source of deployments',
    better: 'more',
  },
  'dora.frequency': {
    ...deployments,
    title: 'deployments a day',
    unit: 'deployments/day',
    column: 'per_day',
    aggregate: 'sum',
    formula: `${counted} ÷ days of the window`,
    exclusions: 'as dora.deployments',
    better: 'more',
  },
  'dora.active_days': {
    ...deployments,
    title: 'days with a deployment',
    unit: 'days',
    column: 'first_of_day',
    aggregate: 'sum',
    formula: 'days of the time zone on which a successful production deployment finished',
    exclusions: 'as dora.deployments',
    better: 'more',
  },
  'dora.lead.p50': {
    ...lead,
    title: 'median lead time',
    aggregate: 'p50',
    formula: `median of ${firstDeployed}`,
  },
  'dora.lead.p90': {
    ...lead,
    title: 'lead time, 90th percentile',
    aggregate: 'p90',
    formula: `90th percentile of ${firstDeployed}`,
  },
  'dora.fail_rate': {
    ...deployments,
    title: 'deployments that failed',
    unit: 'ratio',
    column: 'failed',
    aggregate: 'share',
    formula:
      'deployments that caused a bug or an issue, were rolled back, or shipped what a deployed change reverts ÷ deployments',
    exclusions: 'failed attempts; failures that are known by their time alone',
    better: 'less',
  },
  'dora.rework_rate': {
    ...deployments,
    title: 'deployments that repair',
    unit: 'ratio',
    column: 'rework',
    aggregate: 'share',
    formula:
      'deployments that are rollbacks, or that ship a revert or the fix of a bug that a deployment caused ÷ deployments',
    exclusions: 'reverts shipped together with what they revert; reverts of reverts',
    better: 'less',
  },
  'dora.recovery.p50': {
    title: 'median time to recover',
    unit: 'hours',
    over: 'window',
    sample: 'recoveries',
    column: 'hours',
    aggregate: 'p50',
    formula:
      'median of recovered − finishedAt, over deployments recovered in the window: the earliest of rollback, deployed revert, and the last resolvedAt once no cause is open',
    exclusions: 'deployments that did not recover: dora.unrecovered counts them',
    better: 'less',
    version: 1,
  },
  'dora.unrecovered': {
    title: 'failed deployments not recovered',
    unit: 'deployments',
    over: 'moment',
    sample: 'recoveries',
    column: 'unrecovered',
    aggregate: 'count',
    formula: 'failed production deployments that had not recovered at the end of the window',
    exclusions: 'null where no repository has a source of deployments',
    better: 'less',
    version: 1,
  },
} as const satisfies Record<string, Metric>

/** What may be a coincidence: it is shown apart, where `--inferred` asks for it or where it is named. */
export const inferredMetrics = {
  'dora.inferred_fail_rate': {
    title: 'failed or suspected deployments',
    unit: 'ratio',
    over: 'window',
    sample: 'suspectedFailures',
    column: 'suspected',
    aggregate: 'share',
    formula:
      'deployments that failed, or after which, and before the next one, a bug was reported that is attributed to none ÷ deployments',
    exclusions:
      'duplicates; bugs that belong neither to a repository by their issue nor to one by their project',
    better: 'less',
    version: 1,
  },
} as const satisfies Record<string, Metric>
