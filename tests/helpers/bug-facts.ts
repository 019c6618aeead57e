import type { BugFacts } from '../../src/domain/bug-change.js'
import { priority } from '../../src/domain/priority.js'
import { startClock } from '../../src/domain/sla.js'

/** A new bug, with the given fields changed. */
export function bugFacts(createdAt: Date, facts: Partial<BugFacts> = {}): BugFacts {
  const { severity = 'high', status = 'pending', resolvedAt = null } = facts
  return {
    title: 'Checkout times out',
    description: null,
    severity,
    status,
    assignedToId: null,
    createdById: null,
    projectId: null,
    businessImpact: null,
    revenueImpact: null,
    isBlocker: false,
    priorityScore: priority({ severity, revenueImpact: null, isBlocker: false }),
    priorityPinned: false,
    estimatedHours: null,
    actualHours: null,
    labels: [],
    links: '[]',
    duplicateOfId: null,
    ...startClock({ severity, status, createdAt, resolvedAt }),
    updatedAt: createdAt,
    resolvedAt,
    ...facts,
  }
}
