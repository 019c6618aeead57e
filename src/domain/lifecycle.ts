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

/** The verb of `cto bugs` that leads to each. */
const verbTo: Readonly<Record<BugStatus, string>> = {
  pending: 'reopen',
  in_progress: 'start',
  verified: 'verify',
  shipped: 'ship',
  closed: 'close',
  deferred: 'defer',
}

/** Throws ILLEGAL_STEP, listing the allowed steps. The caller handles a step to the present status. */
export function requireStep(from: BugStatus, to: BugStatus): void {
  if (allowedSteps[from].includes(to)) return
  throw new CtoError('ILLEGAL_STEP', `a bug cannot go from ${from} to ${to}`, {
    hint: `from ${from} it can go to ${stepsFrom(from)}; --force overrides`,
  })
}

/** `pending (reopen), closed (close)`. */
function stepsFrom(from: BugStatus): string {
  return allowedSteps[from].map((to) => `${to} (${verbTo[to]})`).join(', ')
}
