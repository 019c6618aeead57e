import type { Metric } from './metric.js'

const noSessions = 'null where no session is stored'

const session = {
  over: 'window',
  sample: 'sessions',
  version: 1,
  exclusions: 'sessions that began outside of the window',
} as const

const duration = {
  ...session,
  unit: 'hours',
  column: 'hours',
  exclusions: 'sessions that are running, or whose source counts by day without times',
} as const

const people = { over: 'window', sample: 'sessionPeople', unit: 'people', version: 1 } as const

const calls = {
  over: 'window',
  sample: 'toolSums',
  version: 1,
  exclusions: 'requests to language models; n counts the quarters of an hour of sessions that have a value',
} as const

const requests = {
  ...calls,
  exclusions: 'n counts the quarters of an hour of sessions that have a value',
} as const

const callTimes = {
  over: 'window',
  sample: 'toolCalls',
  unit: 'milliseconds',
  column: 'duration',
  better: 'less',
  exclusions:
    'requests to language models; calls whose duration is unknown, or that retention has deleted: n counts the others',
  version: 1,
} as const

const tokens = { ...requests, unit: 'tokens', aggregate: 'sum' } as const

/** How people and their tools work: sessions, calls of tools, requests to language models. */
export const sessionMetrics = {
  'sessions.count': {
    ...session,
    title: 'sessions',
    unit: 'sessions',
    formula: 'sessions that began in the window',
    exclusions: `${session.exclusions}; ${noSessions}`,
    column: 'counted',
    aggregate: 'count',
  },
  'sessions.duration.p50': {
    ...duration,
    title: 'median length of a session',
    formula: 'median of sessionEnd − sessionStart, over sessions that began in the window',
    aggregate: 'p50',
  },
  'sessions.duration.p95': {
    ...duration,
    title: 'length of a session, 95th percentile',
    formula: '95th percentile of sessionEnd − sessionStart, over sessions that began in the window',
    aggregate: 'p95',
  },
  'sessions.active_hours': {
    over: 'window',
    sample: 'activeHours',
    version: 1,
    title: 'active hours of people',
    unit: 'hours',
    formula:
      'per person the length of the union of active of all sessions within the window, summed over people',
    exclusions: 'sessions without a person; n counts people',
    column: 'hours',
    aggregate: 'sum',
  },
  'sessions.focus': {
    ...session,
    title: 'share of sessions that was active',
    unit: 'ratio',
    formula: 'Σ focusTimeMs ÷ Σ totalDurationMs, over sessions that began in the window',
    exclusions: duration.exclusions,
    column: 'focus',
    aggregate: 'quotient',
    better: 'more',
  },
  'sessions.productivity.p50': {
    ...session,
    title: 'median score of undisturbed work',
    unit: 'points',
    formula:
      'median of round(100·(0.5·focus + 0.3·(1 − errors ÷ calls) + 0.2 ÷ (1 + gaps ÷ max(1, active hours)))); unknown terms drop out, the weights are rescaled',
    exclusions: `${duration.exclusions}; it tells how undisturbed, not how much`,
    column: 'score',
    aggregate: 'p50',
    better: 'more',
  },
  'people.active.daily': {
    ...people,
    title: 'people active on the last day',
    formula: 'people with a session that began in the last 24 hours of the window',
    exclusions: `sessions without a person; n counts active users and those with a session; ${noSessions}`,
    column: 'daily',
    aggregate: 'count',
  },
  'people.active.weekly': {
    ...people,
    title: 'people active in the last week',
    formula: 'people with a session that began in the last 7 days of the window',
    exclusions: `sessions without a person; n counts active users and those with a session; ${noSessions}`,
    column: 'weekly',
    aggregate: 'count',
  },
  'people.adoption': {
    ...people,
    title: 'share of users with sessions',
    unit: 'ratio',
    formula: 'active users with a session that began in the window ÷ active users',
    exclusions: `inactive users; sessions without a person; ${noSessions}`,
    column: 'used',
    aggregate: 'share',
    better: 'more',
  },
  'people.streak': {
    ...people,
    title: 'longest streak of a person',
    unit: 'days',
    formula: 'the most days in a row, within the window, on which one person began a session',
    exclusions: 'sessions without a person; n counts people with a session',
    column: 'streak',
    aggregate: 'max',
  },
  'tools.calls': {
    ...calls,
    title: 'calls of tools',
    unit: 'calls',
    formula: 'Σ executions in quarters of an hour that begin in the window',
    column: 'calls',
    aggregate: 'sum',
  },
  'tools.error_rate': {
    ...calls,
    title: 'share of calls that failed',
    unit: 'ratio',
    formula: 'Σ errors ÷ Σ calls',
    column: 'error',
    aggregate: 'quotient',
    better: 'less',
  },
  'tools.time': {
    ...calls,
    title: 'time of calls',
    unit: 'hours',
    formula: 'Σ durations of calls, as far as they are known',
    column: 'hours',
    aggregate: 'sum',
  },
  'tools.duration.p50': {
    ...callTimes,
    title: 'median duration of a call',
    formula: 'median of the durations of calls that began in the window',
    aggregate: 'p50',
  },
  'tools.duration.p95': {
    ...callTimes,
    title: 'duration of a call, 95th percentile',
    formula: '95th percentile of the durations of calls that began in the window',
    aggregate: 'p95',
  },
  'tools.cpu': {
    ...calls,
    title: 'processor time of calls',
    unit: 'hours',
    formula: 'Σ cpuTimeMs, as far as it is known',
    column: 'cpu',
    aggregate: 'sum',
  },
  'tools.memory.max': {
    ...calls,
    title: 'largest memory of a call',
    unit: 'MB',
    formula: 'max memoryUsageMb, as far as it is known',
    column: 'memory',
    aggregate: 'max',
  },
  'tools.output': {
    ...calls,
    title: 'output of calls',
    unit: 'bytes',
    formula: 'Σ outputSizeBytes, as far as it is known',
    column: 'output',
    aggregate: 'sum',
  },
  'models.requests': {
    ...requests,
    title: 'requests to language models',
    unit: 'requests',
    formula: 'Σ messages of models in quarters of an hour that begin in the window',
    column: 'requests',
    aggregate: 'sum',
  },
  'models.tokens.input': {
    ...tokens,
    title: 'input tokens',
    formula: 'Σ inputTokens, without those of caches',
    column: 'input_tokens',
  },
  'models.tokens.output': {
    ...tokens,
    title: 'output tokens',
    formula: 'Σ outputTokens',
    column: 'output_tokens',
  },
  'models.tokens.cache_read': {
    ...tokens,
    title: 'tokens read from caches',
    formula: 'Σ cacheReadTokens',
    column: 'cache_read_tokens',
  },
  'models.tokens.cache_write': {
    ...tokens,
    title: 'tokens written to caches',
    formula: 'Σ cacheWriteTokens',
    column: 'cache_write_tokens',
  },
  'models.cache_hit': {
    ...requests,
    title: 'share of input read from caches',
    unit: 'ratio',
    formula: 'Σ cacheRead ÷ (Σ input + Σ cacheRead + Σ cacheWrite)',
    exclusions: `requests whose source does not count tokens read from caches: they are in neither sum; ${requests.exclusions}`,
    column: 'cache',
    aggregate: 'quotient',
    better: 'more',
  },
  'cost.usd': {
    ...requests,
    title: 'cost of tools',
    unit: 'USD',
    formula: 'Σ costUsd, as sources give it; never priced here',
    column: 'cost',
    aggregate: 'sum',
    better: 'less',
  },
} as const satisfies Readonly<Record<string, Metric>>
