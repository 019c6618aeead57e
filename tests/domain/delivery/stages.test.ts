import { expect, test } from 'vitest'
import { stagesOf, type Anchors } from '../../../src/domain/delivery/stages.js'
import { hourMs } from '../../../src/domain/duration.js'
import { randomFrom } from '../../helpers/lives/life.js'

const at = (hours: number) => new Date(Date.UTC(2026, 0, 1) + hours * hourMs)

const anchors = (some: Partial<Anchors>): Anchors => ({
  firstCommitAt: null,
  readyAt: null,
  firstReviewAt: null,
  approvedAt: null,
  mergedAt: at(100),
  deployedAt: null,
  ...some,
})

test('a reviewed pull request is split completely', () => {
  const stages = stagesOf(
    anchors({
      firstCommitAt: at(0),
      readyAt: at(10),
      firstReviewAt: at(15),
      approvedAt: at(40),
      deployedAt: at(103),
    }),
  )
  expect(stages).toEqual({ cycle: 100, coding: 10, pickup: 5, review: 25, merge: 60, unsplit: 0, deploy: 3 })
})

test('an unreviewed one has no pickup, not one of 0 hours', () => {
  expect(stagesOf(anchors({ firstCommitAt: at(0), readyAt: at(10) }))).toEqual({
    cycle: 100,
    coding: 10,
    pickup: null,
    review: null,
    merge: null,
    unsplit: 90,
    deploy: null,
  })
})

test('a first commit after it was ready leaves coding out, and the cycle begins when it was ready', () => {
  expect(stagesOf(anchors({ firstCommitAt: at(30), readyAt: at(20) }))).toMatchObject({
    cycle: 80,
    coding: null,
    unsplit: 80,
  })
})

test('a review before it was ready, and an approval after the merge, do not count', () => {
  const stages = stagesOf(anchors({ readyAt: at(20), firstReviewAt: at(10), approvedAt: at(101) }))
  expect(stages).toMatchObject({ pickup: null, review: null, merge: null, unsplit: 80 })
})

test('a deployment before the merge is not a stage', () => {
  expect(stagesOf(anchors({ readyAt: at(20), deployedAt: at(99) })).deploy).toBeNull()
})

test('without a beginning there is no cycle and nothing unsplit', () => {
  expect(stagesOf(anchors({}))).toMatchObject({ cycle: null, unsplit: null })
})

test('the stages and what is unsplit add up to the cycle, whatever the moments', () => {
  const draw = randomFrom(7)
  const some = () => (draw() < 0.3 ? null : at(Math.floor(draw() * 130)))
  for (let count = 0; count < 3_000; count++) {
    const { cycle, unsplit, coding, pickup, review, merge } = stagesOf(
      anchors({
        firstCommitAt: some(),
        readyAt: some(),
        firstReviewAt: some(),
        approvedAt: some(),
        deployedAt: some(),
      }),
    )
    if (cycle === null) continue
    const stages = [coding, pickup, review, merge].filter((hours) => hours !== null)
    expect(stages.reduce((sum, hours) => sum + hours, 0) + (unsplit ?? NaN)).toBeCloseTo(cycle, 9)
    expect(unsplit).toBeGreaterThanOrEqual(-1e-9)
  }
})
