import { describe, expect, test } from 'vitest'
import type { PastChange } from '../../src/domain/late-resolution.js'
import { followSource, type SourceContext, type TrackedBug } from '../../src/domain/source-change.js'
import { defaultSlaPolicy } from '../../src/domain/sla.js'
import { bugFacts } from '../helpers/bug-facts.js'

const day = (n: number) => new Date(Date.UTC(2026, 0, n))
const now = day(20)

/** An import on the 20th, of a source that gives no times of its own. */
function context(given: Partial<SourceContext> = {}): SourceContext {
  return { past: [], updatedAt: null, isOldFile: false, now, slaPolicy: defaultSlaPolicy, ...given }
}

/** A step that an earlier import brought. */
function step(at: number, oldValue: string, newValue: string, given: Partial<PastChange> = {}): PastChange {
  const row = { id: `step-${at}`, seq: at, fieldChanged: 'status', changedAt: day(at) } as const
  return { ...row, oldValue, newValue, byImport: true, isDoubtful: false, ...given }
}

/** Imported on the second, created on the first, of medium severity: due on the fourth. */
function bug(known: Partial<TrackedBug> = {}): TrackedBug {
  const { createdAt = day(1), externalUrl = null, ...facts } = known
  return {
    ...bugFacts(createdAt, { severity: 'medium', updatedAt: day(2), ...facts }),
    createdAt,
    externalUrl,
  }
}

describe('a bug that its tracker has resolved', () => {
  test("is resolved, and its clock ends, at the tracker's time", () => {
    const { bug: after, history } = followSource(bug(), { status: 'closed', resolvedAt: day(3) }, context())
    expect(after).toMatchObject({
      status: 'closed',
      resolvedAt: day(3),
      slaStoppedAt: day(3),
      slaBreachedAt: null,
      updatedAt: now,
    })
    const values = { fieldChanged: 'status', oldValue: 'pending', newValue: 'closed' }
    expect(history).toEqual([{ ...values, changedAt: day(3), isDoubtful: false }])
  })

  test('too late has a breach stamped at the moment it was due', () => {
    const { bug: after } = followSource(bug(), { status: 'shipped', resolvedAt: day(9) }, context())
    expect(after).toMatchObject({ slaStoppedAt: day(9), slaBreachedAt: day(4) })
  })

  test('without a date has none; the clock ends when the tracker last changed it', () => {
    const source = { status: 'closed', resolvedAt: null } as const
    const { bug: after, history } = followSource(bug(), source, context({ updatedAt: day(12) }))
    expect(after).toMatchObject({ resolvedAt: null, slaStoppedAt: day(12) })
    expect(history).toMatchObject([{ changedAt: day(12), isDoubtful: false }])
  })

  test('without any date has a doubtful step, dated by the import', () => {
    const { bug: after, history } = followSource(bug(), { status: 'closed', resolvedAt: null }, context())
    expect(after).toMatchObject({ resolvedAt: null, slaStoppedAt: now })
    expect(history).toMatchObject([{ changedAt: now, isDoubtful: true }])
  })

  test('before what is known of it is resolved no earlier than that, which is a doubt', () => {
    const past = [step(10, 'pending', 'in_progress')]
    const known = bug({ status: 'in_progress' })
    const { bug: after, history } = followSource(
      known,
      { status: 'closed', resolvedAt: day(8) },
      context({ past }),
    )
    expect(after).toMatchObject({ resolvedAt: day(10), slaStoppedAt: day(10) })
    expect(history).toMatchObject([{ changedAt: day(10), isDoubtful: true }])
  })

  test('keeps the stored date when the tracker drops it', () => {
    const known = bug({ status: 'closed', resolvedAt: day(3) })
    const past = [step(3, 'pending', 'closed')]
    const { bug: after } = followSource(known, { status: 'shipped', resolvedAt: null }, context({ past }))
    expect(after).toMatchObject({ status: 'shipped', resolvedAt: day(3), slaStoppedAt: day(3) })
  })

  test('from the beginning gets a date that comes late, a step of its own, and its clock with it', () => {
    const known = bug({ status: 'closed' })
    expect(known.slaStoppedAt).toEqual(day(1))
    const { bug: after, history } = followSource(known, { status: 'closed', resolvedAt: day(6) }, context())
    expect(after).toMatchObject({ resolvedAt: day(6), slaStoppedAt: day(6), slaBreachedAt: day(4) })
    const values = { fieldChanged: 'status', oldValue: 'pending', newValue: 'closed' }
    expect(history).toEqual([{ ...values, changedAt: day(6), isDoubtful: false }])
  })

  test('and reopened continues with the time it had left', () => {
    const known = bug({ status: 'closed', resolvedAt: day(3) })
    const past = [step(3, 'pending', 'closed')]
    const source = { status: 'in_progress', resolvedAt: null } as const
    const { bug: after } = followSource(known, source, context({ past, updatedAt: day(7) }))
    expect(after).toMatchObject({ resolvedAt: null, slaStoppedAt: null, slaDueAt: day(8) })
  })
})

describe('a date of resolution that the tracker corrects', () => {
  const known = bug({ status: 'closed', resolvedAt: day(10), slaStoppedAt: day(10), slaBreachedAt: day(4) })
  const opened = step(2, 'pending', 'in_progress')
  const closed = step(10, 'in_progress', 'closed')
  const past = [opened, closed]
  const correct = (given: Date, more: Partial<SourceContext> = {}, from = known) =>
    followSource(from, { status: 'closed', resolvedAt: given }, context({ past, ...more }))

  test('moves the step and the clock, without a step more', () => {
    const { bug: after, history, redated } = correct(day(12))
    expect(after).toMatchObject({ resolvedAt: day(12), slaStoppedAt: day(12), updatedAt: now })
    expect(history).toEqual([])
    expect(redated).toEqual({ id: closed.id, changedAt: day(12), isDoubtful: false })
  })

  test('removes a breach that was one only at the former date', () => {
    expect(correct(day(3)).bug).toMatchObject({ resolvedAt: day(3), slaBreachedAt: null })
  })

  test('leaves the end of a clock that a pause had stopped before', () => {
    const paused = { ...known, slaStoppedAt: day(2), slaBreachedAt: null }
    const steps = [step(2, 'pending', 'deferred'), step(10, 'deferred', 'closed')]
    expect(correct(day(9), { past: steps }, paused).bug).toMatchObject({
      resolvedAt: day(9),
      slaStoppedAt: day(2),
    })
  })

  test('stays behind the row before it, and is not moved there twice', () => {
    const { bug: after, redated } = correct(day(1))
    expect(after.resolvedAt).toEqual(day(2))
    expect(redated).toEqual({ id: closed.id, changedAt: day(2), isDoubtful: true })
    const again = correct(
      day(1),
      { past: [opened, { ...closed, changedAt: day(2), isDoubtful: true }] },
      after,
    )
    expect(again.bug).toBe(after)
  })

  test('stays before the next step, and before now', () => {
    const steps = [step(5, 'pending', 'shipped'), step(8, 'shipped', 'closed')]
    expect(correct(day(9), { past: steps }, { ...known, resolvedAt: day(5) }).bug.resolvedAt).toEqual(day(8))
    expect(correct(day(25)).bug.resolvedAt).toEqual(now)
  })

  test('leaves what a person closed here, and the values of an old file', () => {
    const byPerson = [opened, { ...closed, byImport: false }]
    expect(correct(day(12), { past: byPerson }).bug).toBe(known)
    expect(correct(day(12), { isOldFile: true }).bug).toBe(known)
  })

  test('lets hours follow a severity that changed before it', () => {
    const severity = step(11, 'medium', 'low', { fieldChanged: 'severity' })
    const low = { ...known, severity: 'low' as const }
    const { bug: after, history } = correct(day(12), { past: [...past, severity] }, low)
    expect(after).toMatchObject({ slaHours: 720, slaDueAt: day(31), slaBreachedAt: day(4) })
    const values = { fieldChanged: 'slaHours', oldValue: '72', newValue: '720' }
    expect(history).toEqual([{ ...values, changedAt: day(11), isDoubtful: false }])
  })
})

test('steps outside our lifecycle are accepted', () => {
  expect(followSource(bug(), { status: 'verified' }, context()).bug.status).toBe('verified')
})

test('another severity changes clock and score, and of a resolved bug only the score', () => {
  const open = followSource(bug(), { severity: 'low' }, context({ updatedAt: day(2) })).bug
  expect(open).toMatchObject({ slaHours: 720, slaDueAt: day(31), priorityScore: 6 })
  const closing = { severity: 'low', status: 'closed', resolvedAt: day(3) } as const
  const { bug: closed, history } = followSource(bug(), closing, context({ updatedAt: day(5) }))
  expect(closed).toMatchObject({ slaHours: 72, slaDueAt: day(4), priorityScore: 6 })
  expect(history.map(({ fieldChanged, changedAt }) => [fieldChanged, changedAt])).toEqual([
    ['status', day(3)],
    ['severity', day(5)],
  ])
})

test('a corrected creation time moves the clock, and is recorded in history', () => {
  const { bug: after, history } = followSource(
    bug({ status: 'deferred' }),
    { createdAt: day(2) },
    context({ updatedAt: day(2) }),
  )
  expect(after).toMatchObject({ createdAt: day(2), slaDueAt: day(5), slaStoppedAt: day(2) })
  const values = {
    fieldChanged: 'createdAt',
    oldValue: day(1).toISOString(),
    newValue: day(2).toISOString(),
  }
  expect(history).toEqual([{ ...values, changedAt: day(2), isDoubtful: false }])
})

test('fields that the tracker lacks are kept, and a link is recorded in history too', () => {
  const known = bug({ description: 'mine', estimatedHours: '2.00' })
  const { bug: after, history } = followSource(known, { externalUrl: 'https://x/1' }, context())
  expect(after).toEqual({ ...known, externalUrl: 'https://x/1', updatedAt: now })
  const values = { fieldChanged: 'externalUrl', oldValue: null, newValue: 'https://x/1' }
  expect(history).toEqual([{ ...values, changedAt: now, isDoubtful: true }])
})
