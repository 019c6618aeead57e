import { CtoError } from '../errors.js'
import type { BugStatus } from './bug.js'

/** Where a bug may go without force; never to its present status. */
export const allowedSteps: Readonly<Record<BugStatus, readonly BugStatus[]>> = {
  pending: ['in_progress', 'closed', 'deferred'],
  in_progress: ['pending', 'verified', 'closed', 'deferred'],
  verified: ['in_progress', 'shipped', 'closed', 'deferred'],
  shipped: ['pending', 'closed'],
  closed: ['pending'],
  deferred: ['pending', 'in_progress', 'closed'],
}

/** Throws ILLEGAL_STEP, listing the allowed steps. The caller handles a step to the present status. */
export function requireStep(from: BugStatus, to: BugStatus): void {
  if (allowedSteps[from].includes(to)) return
  throw new CtoError('ILLEGAL_STEP', `a bug cannot go from ${from} to ${to}`, {
    hint: `from ${from} it can go to ${allowedSteps[from].join(', ')}; --force overrides`,
  })
}
