import type { MetricId } from '../metric.js'
import { metricOf } from '../metric.js'

/** Lengths of time by which figures are grouped; weeks begin on Monday. */
const periodGroupings = ['day', 'week', 'month'] as const
export type PeriodGrouping = (typeof periodGroupings)[number]

const sessionGroupings = ['user', 'role', 'project', 'source', 'type'] as const
const toolGroupings = ['tool', 'category', 'model'] as const

/** By what a row of a sample is grouped. */
export type RowGrouping = (typeof sessionGroupings)[number] | (typeof toolGroupings)[number]

/** By what figures of sessions and their tools are grouped. */
export const groupings = [...sessionGroupings, ...toolGroupings, ...periodGroupings] as const
export type Grouping = (typeof groupings)[number]

/** More rows are unreadable. */
export const mostGroupings = 2

export function isPeriodGrouping(grouping: Grouping): grouping is PeriodGrouping {
  return (periodGroupings as readonly Grouping[]).includes(grouping)
}

/**
 * Whether a grouping has a meaning for a metric: a session has many tools, and a call has no model. Metrics that are not of
 * sessions are grouped by time alone, and those of projects, which have no history, not at all.
 */
export function canGroup(id: MetricId, by: Grouping): boolean {
  const { sample, over } = metricOf(id)
  switch (sample) {
    case 'sessions':
    case 'activeHours':
    case 'sessionPeople':
      return !(toolGroupings as readonly Grouping[]).includes(by)
    case 'toolSums':
    case 'toolCalls':
      return by !== 'model' || !id.startsWith('tools.')
    default:
      return over !== 'projects' && isPeriodGrouping(by)
  }
}
