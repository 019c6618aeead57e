/** In the order of the database's enum: the gravest first. */
export const severities = ['critical', 'high', 'medium', 'low'] as const

/** In the order of the database's enum. */
export const statuses = ['pending', 'in_progress', 'verified', 'shipped', 'closed', 'deferred'] as const

export type BugSeverity = (typeof severities)[number]
export type BugStatus = (typeof statuses)[number]

/** Somebody still has to work on it, and its SLA clock runs. */
export const openStatuses: readonly BugStatus[] = ['pending', 'in_progress', 'verified']

/** Done: the only statuses in which a bug has a resolvedAt. */
export const resolvedStatuses: readonly BugStatus[] = ['shipped', 'closed']

/** Open or deferred: the backlog. */
export const unresolvedStatuses: readonly BugStatus[] = [...openStatuses, 'deferred']

export function isOpen(status: BugStatus): boolean {
  return openStatuses.includes(status)
}

export function isResolved(status: BugStatus): boolean {
  return resolvedStatuses.includes(status)
}
