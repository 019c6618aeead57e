import { isResolved, type BugSeverity } from './bug.js'
import type { BugFacts, BugFields } from './bug-change.js'
import { userBugFields, type UserBugField } from './bug-fields.js'
import { priority } from './priority.js'
import { startClock, type SlaPolicy } from './sla.js'

/** A bug as it is reported: absent fields become null; the SLA clock and the score are derived. */
export type NewBug = BugFields & { title: string; severity: BugSeverity }

/** @param policy default: the built-in hours */
export function newBugFacts(bug: NewBug, createdAt: Date, policy?: SlaPolicy): BugFacts {
  const {
    severity,
    slaHours,
    priority: pin,
    status = 'pending',
    isBlocker = false,
    labels = [],
    links = '[]',
  } = bug
  const given = Object.fromEntries(userBugFields.map((field) => [field, bug[field] ?? null])) as Pick<
    BugFacts,
    UserBugField
  >
  const facts = { ...given, status, isBlocker, labels, links }
  return {
    ...facts,
    ...startClock({ severity, slaHours, status, createdAt }, policy),
    priorityScore: typeof pin === 'number' ? pin : priority(facts),
    priorityPinned: typeof pin === 'number',
    updatedAt: createdAt,
    resolvedAt: isResolved(status) ? createdAt : null,
  }
}
