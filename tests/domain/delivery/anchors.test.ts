import { expect, test } from 'vitest'
import { anchorsOf, type Response } from '../../../src/domain/delivery/anchors.js'

const at = (hour: number) => new Date(Date.UTC(2026, 1, 2, hour))

function response(hour: number, changes: Partial<Response> = {}): Response {
  return { kind: 'comment', state: null, submittedAt: at(hour), authorId: 'grace', isBot: false, ...changes }
}

function review(hour: number, state: Response['state'], changes: Partial<Response> = {}): Response {
  return response(hour, { kind: 'review', state, ...changes })
}

const pull = { authorId: 'ada', openedAt: at(0), readyAt: at(2), mergedAt: at(20), authoredAts: [] }

test('the comments of bots, of the author and of deleted accounts are no responses', () => {
  const responses = [
    response(3, { isBot: true }),
    response(4, { authorId: 'ada' }),
    response(5, { authorId: null }),
    response(6),
  ]
  expect(anchorsOf({ ...pull, responses }).firstResponseAt).toEqual(at(6))
})

test('what was said to a draft, or after the merge, is no response', () => {
  const responses = [response(1), review(21, 'approved')]
  expect(anchorsOf({ ...pull, responses })).toEqual({
    firstCommitAt: null,
    firstResponseAt: null,
    firstReviewAt: null,
    approvedAt: null,
  })
})

test('where it is unknown when it was ready, responses count from its opening', () => {
  expect(anchorsOf({ ...pull, readyAt: null, responses: [response(1)] }).firstResponseAt).toEqual(at(1))
})

test('the first review is the first response that is a review', () => {
  const responses = [review(9, 'commented'), response(3), response(5, { kind: 'diff_comment' })]
  const { firstResponseAt, firstReviewAt } = anchorsOf({ ...pull, responses })
  expect([firstResponseAt, firstReviewAt]).toEqual([at(3), at(9)])
})

test('an approval counts only if no change was requested after it', () => {
  const requested = [review(4, 'approved'), review(6, 'changes_requested')]
  expect(anchorsOf({ ...pull, responses: requested }).approvedAt).toBeNull()
  const approved = [...requested, review(8, 'approved'), review(9, 'approved')]
  expect(anchorsOf({ ...pull, responses: approved }).approvedAt).toEqual(at(8))
})

test('the first commit is the one authored first, whatever the order', () => {
  expect(anchorsOf({ ...pull, responses: [], authoredAts: [at(5), null, at(1)] }).firstCommitAt).toEqual(
    at(1),
  )
})
