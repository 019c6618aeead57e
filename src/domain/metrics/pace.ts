import type { Metric } from './metric.js'

const resolution = {
  unit: 'hours',
  over: 'window',
  better: 'less',
  sample: 'resolution',
  column: 'hours',
  exclusions:
    'bugs resolved without a date or dated before their creation: data quality counts them; bugs reopened since',
  version: 1,
} as const

const active = 'resolvedAt − createdAt − time deferred − time between resolve and reopen'

const firstResponse = {
  over: 'window',
  better: 'less',
  sample: 'firstResponse',
  exclusions:
    'bugs imported as assigned or past pending without the time of it; a resolution as the first known step counts',
  version: 1,
} as const

/** Speed and quality of work on bugs over a window. */
export const paceMetrics = {
  'sla.compliance': {
    title: 'SLA compliance',
    unit: 'ratio',
    formula:
      'met ÷ (met + missed), each bug counted once as it stood at the end of the window: missed when it breached or was due, met at resolvedAt',
    exclusions: 'unresolved bugs that are not late; bugs resolved without a date that had not breached',
    over: 'window',
    sample: 'slaVerdict',
    column: 'met',
    aggregate: 'share',
    better: 'more',
    version: 2,
  },
  'sla.overrun.p50': {
    title: 'median SLA overrun',
    unit: 'hours',
    formula:
      'median of the active time past due, over the bugs that missed their SLA in the window, of open ones up to the end of the window',
    exclusions: 'bugs that met it',
    over: 'window',
    sample: 'slaVerdict',
    column: 'overrun_hours',
    aggregate: 'p50',
    better: 'less',
    version: 1,
  },
  'resolution.p50': {
    ...resolution,
    title: 'median time to resolution',
    formula: `median of ${active}, over bugs resolved in the window`,
    aggregate: 'p50',
  },
  'resolution.p90': {
    ...resolution,
    title: 'time to resolution, 90th percentile',
    formula: `90th percentile of ${active}, over bugs resolved in the window`,
    aggregate: 'p90',
  },
  'resolution.p95': {
    ...resolution,
    title: 'time to resolution, 95th percentile',
    formula: `95th percentile of ${active}, over bugs resolved in the window`,
    aggregate: 'p95',
  },
  'resolution.mean': {
    ...resolution,
    title: 'mean time to resolution',
    formula: `mean of ${active}, over bugs resolved in the window`,
    aggregate: 'mean',
  },
  'resolution.km50': {
    title: 'median resolution, with open bugs',
    unit: 'hours',
    formula:
      'Kaplan–Meier median of the time to resolution: bugs resolved in the window, and open bugs as unresolved at their age; null if the median is not reached',
    exclusions: 'as resolution.p50; deferred bugs',
    over: 'window',
    sample: 'survival',
    column: 'hours',
    aggregate: 'kaplanMeier',
    better: 'less',
    version: 1,
  },
  'first_response.p50': {
    ...firstResponse,
    title: 'median time to first response',
    unit: 'hours',
    formula:
      'median of first change out of pending, or first assignment, − createdAt, over bugs created in the window; created assigned or past pending is 0',
    column: 'hours',
    aggregate: 'p50',
  },
  'first_response.p90': {
    ...firstResponse,
    title: 'first response, 90th percentile',
    unit: 'hours',
    formula: '90th percentile of the time to first response, over bugs created in the window',
    column: 'hours',
    aggregate: 'p90',
  },
  'first_response.untouched': {
    ...firstResponse,
    title: 'bugs still untouched',
    unit: 'bugs',
    formula: 'bugs created in the window that are still pending and were never assigned',
    column: 'untouched',
    aggregate: 'count',
  },
  'reopen.rate': {
    title: 'reopen rate',
    unit: 'ratio',
    formula:
      'resolutions reopened within 30 days ÷ resolutions, over resolutions that are 30 days old: the window moves 30 days back',
    exclusions:
      'younger resolutions, whose outcome is still open; reopenings that an export leaves out: data quality counts the bugs',
    over: 'window',
    sample: 'reopening',
    column: 'reopened',
    aggregate: 'share',
    better: 'less',
    version: 1,
  },
  'estimate.accuracy': {
    title: 'estimate accuracy',
    unit: 'ratio',
    formula: 'median of actualHours ÷ estimatedHours, over bugs resolved in the window',
    exclusions: 'bugs that lack one of them or both, or estimated at 0 hours',
    over: 'window',
    sample: 'estimate',
    column: 'ratio',
    aggregate: 'p50',
    isMultiple: true,
    version: 1,
  },
} as const satisfies Record<string, Metric>
