import type { Metric } from './metric.js'

const flow = {
  unit: 'bugs',
  over: 'window',
  sample: 'flow',
  aggregate: 'total',
  version: 1,
} as const

/** Bugs created, resolved, reopened and deleted over a window. */
export const flowMetrics = {
  'flow.created': {
    ...flow,
    title: 'bugs created',
    column: 'created',
    formula: 'bugs created in the window',
    exclusions: 'none',
  },
  'flow.resolved': {
    ...flow,
    title: 'bugs resolved',
    column: 'resolved',
    formula: 'steps into shipped or closed in the window; a bug created resolved counts too',
    exclusions: 'steps from shipped to closed; of deleted bugs, resolutions that were reopened',
  },
  'flow.reopened': {
    ...flow,
    title: 'bugs reopened',
    column: 'reopened',
    formula: 'steps out of shipped or closed in the window',
    better: 'less',
    exclusions: 'steps of bugs deleted later; reopenings that an export leaves out',
  },
  'flow.deleted': {
    ...flow,
    title: 'bugs deleted',
    column: 'deleted',
    formula: 'open or deferred bugs deleted in the window, from the audit log',
    exclusions: 'deleted bugs that were resolved; deletions whose audit rows are gone',
  },
  'flow.net': {
    ...flow,
    title: 'change of the backlog',
    column: 'net',
    formula:
      'created + reopened − resolved − deleted; equals the backlog at the end − the backlog at the start',
    exclusions: 'none',
    better: 'less',
  },
  'flow.self_verified': {
    title: 'verified by their own assignee',
    unit: 'ratio',
    formula:
      'bugs verified in the window by the person who was their assignee then ÷ bugs verified in the window; of several verifications of a bug, the last',
    exclusions: 'bugs verified by an import, or by a person who is not known',
    over: 'window',
    sample: 'verification',
    column: 'self_verified',
    aggregate: 'share',
    better: 'less',
    version: 1,
  },
  'effort.hours': {
    title: 'hours of work',
    unit: 'hours',
    formula:
      'Σ positive changes of actualHours in the window; hours that a bug was created with count at its creation',
    exclusions: 'corrections downwards; null where no hours were booked',
    over: 'window',
    sample: 'effort',
    column: 'hours',
    aggregate: 'sum',
    version: 1,
  },
} as const satisfies Record<string, Metric>
