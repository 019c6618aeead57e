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

/** Where a bug may go from here without force; never its present status. */
export function allowedSteps(from: BugStatus): readonly BugStatus[] {
  return steps[from]
}

/** Throws ILLEGAL_STEP, listing the allowed steps. A step to the present status is the caller's business. */
export function requireStep(from: BugStatus, to: BugStatus): void {
  if (steps[from].includes(to)) return
  throw new CtoError('ILLEGAL_STEP', `a bug cannot go from ${from} to ${to}`, {
    hint: `from ${from} it can go to ${steps[from].join(', ')}; --force overrides`,
  })
}
