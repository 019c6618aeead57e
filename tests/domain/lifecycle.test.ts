import { expect, test } from 'vitest'

import { statuses, type BugStatus } from '../../src/domain/bug.js'
import { allowedSteps, requireStep } from '../../src/domain/lifecycle.js'

test('the steps are those of domain.md', () => {
  expect(allowedSteps).toEqual({
    pending: ['in_progress', 'closed', 'deferred'],
    in_progress: ['pending', 'verified', 'closed', 'deferred'],
    verified: ['in_progress', 'shipped', 'closed', 'deferred'],
    shipped: ['pending', 'closed'],
    closed: ['pending'],
    deferred: ['pending', 'in_progress', 'closed'],
  })
})

test('an allowed step passes and any other is rejected with the allowed ones', () => {
  for (const from of statuses) {
    for (const to of statuses) {
      const step = () => {
        requireStep(from, to)
      }
      if (allowedSteps[from].includes(to)) expect(step).not.toThrow()
      else expect(step).toThrow(expect.objectContaining({ code: 'ILLEGAL_STEP', exitCode: 2 }))
    }
  }
})

test('the message lists the allowed steps', () => {
  expect(refusal('closed', 'verified')).toMatchObject({
    message: 'a bug cannot go from closed to verified',
    hint: 'from closed it can go to pending (reopen); --force overrides',
  })
})

function refusal(from: BugStatus, to: BugStatus): unknown {
  try {
    requireStep(from, to)
  } catch (error) {
    return error
  }
  return null
}
