import { changeBug, type BugChange, type BugFacts, type FieldChange } from '../domain/bug-change.js'
import type { BugSeverity } from '../domain/bug.js'
import { priority } from '../domain/priority.js'
import { startClock } from '../domain/sla.js'

/** An invented bug: how it was reported, and what people did to it, oldest first. */
export interface BugStory {
  id: string
  createdAt: Date
  title: string
  severity: BugSeverity
  createdById: string
  description?: string | null
  assignedToId?: string | null
  projectId?: string | null
  businessImpact?: string | null
  revenueImpact?: string | null
  isBlocker?: boolean
  estimatedHours?: string | null
  steps: readonly Step[]
}

export interface Step {
  at: Date
  /** The person. */
  by: string
  change: BugChange
  note?: string
}

export interface LivedBug {
  bug: BugFacts & { id: string; createdAt: Date }
  history: readonly (FieldChange & {
    bugId: string
    changedById: string
    changedAt: Date
    note: string | null
  })[]
}

/**
 * The bug that the story ends with. Every step goes through the rules that commands obey, so that clock, score and
 * history agree. @throws CtoError ILLEGAL_STEP
 */
export function live({ id, createdAt, steps, ...reported }: BugStory): LivedBug {
  let bug = report(reported, createdAt)
  const history = steps.flatMap(({ at, by, change, note = null }) => {
    const changed = changeBug(bug, change, { now: at })
    bug = changed.bug
    return changed.history.map((row) => ({ ...row, bugId: id, changedById: by, changedAt: at, note }))
  })
  return { bug: { ...bug, id, createdAt }, history }
}

function report(reported: Omit<BugStory, 'id' | 'createdAt' | 'steps'>, createdAt: Date): BugFacts {
  const { severity } = reported
  const facts = {
    description: null,
    assignedToId: null,
    projectId: null,
    businessImpact: null,
    revenueImpact: null,
    isBlocker: false,
    estimatedHours: null,
    ...reported,
  }
  return {
    ...facts,
    status: 'pending',
    ...startClock({ severity, status: 'pending', createdAt }),
    priorityScore: priority(facts),
    priorityPinned: false,
    actualHours: null,
    updatedAt: createdAt,
    resolvedAt: null,
  }
}
