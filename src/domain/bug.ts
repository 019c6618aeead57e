import { dayMs } from './duration.js'

/** In the order of the database's enum, the most severe first. */
export const severities = ['critical', 'high', 'medium', 'low'] as const

/** In the order of the database's enum. */
export const statuses = ['pending', 'in_progress', 'verified', 'shipped', 'closed', 'deferred'] as const

export type BugSeverity = (typeof severities)[number]
export type BugStatus = (typeof statuses)[number]

/** Work is left to do, and the SLA clock runs. */
export const openStatuses: readonly BugStatus[] = ['pending', 'in_progress', 'verified']

/** Done: the only statuses in which a bug has a resolvedAt. */
export const resolvedStatuses: readonly BugStatus[] = ['shipped', 'closed']

/** Postponed: the SLA clock is stopped, and the bug is not done. */
export const pausedStatuses: readonly BugStatus[] = ['deferred']

/** Open or paused: the backlog. */
export const unresolvedStatuses: readonly BugStatus[] = [...openStatuses, ...pausedStatuses]

/** Every status in which the SLA clock is stopped. */
export const stoppedStatuses: readonly BugStatus[] = [...pausedStatuses, ...resolvedStatuses]

/** What an open bug adds to the load of its assignee. */
export const loadPoints: Record<BugSeverity, number> = { critical: 8, high: 4, medium: 2, low: 1 }

export function isOpen(status: BugStatus): boolean {
  return openStatuses.includes(status)
}

export function isResolved(status: BugStatus): boolean {
  return resolvedStatuses.includes(status)
}

/** Days of 24 hours since the bug was created, with fractions; daylight saving time has no effect. */
export function ageDays({ createdAt }: { createdAt: Date }, now: Date): number {
  return (now.getTime() - createdAt.getTime()) / dayMs
}
