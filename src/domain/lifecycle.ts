import { CtoError } from '../errors.js'
import type { BugStatus } from './bug.js'

const steps: Record<BugStatus, readonly BugStatus[]> = {
  pending: ['in_progress', 'closed', 'deferred'],
  in_progress: ['pending', 'verified', 'closed', 'deferred'],
  verified: ['in_progress', 'shipped', 'closed', 'deferred'],
  shipped: ['pending', 'closed'],
  closed: ['pending'],
  deferred: ['pending', 'in_progress', 'closed'],
}

/** The statuses that a bug can enter without force; never its present one. */
export function allowedSteps(from: BugStatus): readonly BugStatus[] {
  return steps[from]
}

/** Throws ILLEGAL_STEP, listing the allowed steps. The caller handles a step to the present status. */
export function requireStep(from: BugStatus, to: BugStatus): void {
  if (steps[from].includes(to)) return
  throw new CtoError('ILLEGAL_STEP', `a bug cannot go from ${from} to ${to}`, {
    hint: `from ${from} it can go to ${steps[from].join(', ')}; --force overrides`,
  })
}
