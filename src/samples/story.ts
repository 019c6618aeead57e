import { changeBug, type BugChange, type BugFacts, type FieldChange } from '../domain/bug-change.js'
import { newBugFacts, type NewBug } from '../domain/new-bug.js'

/** An invented bug: its report, and the later changes, oldest first. */
export type BugStory = NewBug & {
  id: string
  createdAt: Date
  createdById: string
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
 * The bug after all steps. Every step follows the rules of commands, so that clock, score and history agree.
 * @throws CtoError ILLEGAL_STEP
 */
export function live({ id, createdAt, steps, ...reported }: BugStory): LivedBug {
  let bug = newBugFacts(reported, createdAt)
  const history = steps.flatMap(({ at, by, change, note = null }) => {
    const changed = changeBug(bug, change, { now: at })
    bug = changed.bug
    return changed.history.map((row) => ({ ...row, bugId: id, changedById: by, changedAt: at, note }))
  })
  return { bug: { ...bug, id, createdAt }, history }
}
