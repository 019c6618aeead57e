import { describe, expect, test } from 'vitest'
import { followSource, type TrackedBug } from '../../src/domain/source-change.js'
import { bugFacts } from '../helpers/bug-facts.js'

const day = (n: number) => new Date(Date.UTC(2026, 0, n))
const now = day(20)

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
  test('is resolved, and its clock ends, when the tracker says', () => {
    const { bug: after, history } = followSource(bug(), { status: 'closed', resolvedAt: day(3) }, now)
    expect(after).toMatchObject({
      status: 'closed',
      resolvedAt: day(3),
      slaStoppedAt: day(3),
      slaBreachedAt: null,
      updatedAt: now,
    })
    expect(history).toEqual([{ fieldChanged: 'status', oldValue: 'pending', newValue: 'closed' }])
  })

  test('too late has a breach stamped at the moment it was due', () => {
    const { bug: after } = followSource(bug(), { status: 'shipped', resolvedAt: day(9) }, now)
    expect(after).toMatchObject({ slaStoppedAt: day(9), slaBreachedAt: day(4) })
  })

  test('without a date has none; the clock ends with the import', () => {
    const { bug: after } = followSource(bug(), { status: 'closed', resolvedAt: null }, now)
    expect(after).toMatchObject({ resolvedAt: null, slaStoppedAt: now })
  })

  test('keeps the date that is known when the tracker stops giving it', () => {
    const known = bug({ status: 'closed', resolvedAt: day(3) })
    const { bug: after } = followSource(known, { status: 'shipped', resolvedAt: null }, now)
    expect(after).toMatchObject({ status: 'shipped', resolvedAt: day(3), slaStoppedAt: day(3) })
  })

  test('gets a date that comes late, without history, and its clock with it', () => {
    const known = bug({ status: 'closed' })
    expect(known.slaStoppedAt).toEqual(day(1))
    const { bug: after, history } = followSource(known, { status: 'closed', resolvedAt: day(6) }, now)
    expect(after).toMatchObject({ resolvedAt: day(6), slaStoppedAt: day(6), slaBreachedAt: null })
    expect(history).toEqual([])
  })

  test('keeps the end of a clock that a pause had stopped before', () => {
    const known = bug({ status: 'closed', resolvedAt: day(10), slaStoppedAt: day(2) })
    const { bug: after } = followSource(known, { resolvedAt: day(9) }, now)
    expect(after).toMatchObject({ resolvedAt: day(9), slaStoppedAt: day(2) })
  })

  test('and reopened goes on with the time it had left', () => {
    const known = bug({ status: 'closed', resolvedAt: day(3) })
    const { bug: after } = followSource(known, { status: 'in_progress', resolvedAt: null }, now)
    expect(after).toMatchObject({ resolvedAt: null, slaStoppedAt: null, slaDueAt: day(21) })
  })
})

test('steps outside our lifecycle are taken as they come', () => {
  expect(followSource(bug(), { status: 'verified' }, now).bug.status).toBe('verified')
})

test('another severity moves clock and score, and a resolved bug only in its score', () => {
  const open = followSource(bug(), { severity: 'low' }, day(2)).bug
  expect(open).toMatchObject({ slaHours: 720, slaDueAt: day(31), priorityScore: 6 })
  const closing = { severity: 'low', status: 'closed', resolvedAt: day(3) } as const
  expect(followSource(bug(), closing, now).bug).toMatchObject({
    slaHours: 72,
    slaDueAt: day(4),
    priorityScore: 6,
  })
})

test('a corrected moment of creation takes the clock along, and is history', () => {
  const { bug: after, history } = followSource(bug({ status: 'deferred' }), { createdAt: day(2) }, now)
  expect(after).toMatchObject({ createdAt: day(2), slaDueAt: day(5), slaStoppedAt: day(2) })
  expect(history).toEqual([
    { fieldChanged: 'createdAt', oldValue: day(1).toISOString(), newValue: day(2).toISOString() },
  ])
})

test('what the tracker does not speak about stays, and a link is history too', () => {
  const known = bug({ description: 'mine', estimatedHours: '2.00' })
  const { bug: after, history } = followSource(known, { externalUrl: 'https://x/1' }, now)
  expect(after).toEqual({ ...known, externalUrl: 'https://x/1', updatedAt: now })
  expect(history).toEqual([{ fieldChanged: 'externalUrl', oldValue: null, newValue: 'https://x/1' }])
})
