import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { isOpen, severities, statuses, type BugStatus } from '../../src/domain/bug.js'
import { hourMs } from '../../src/domain/duration.js'
import {
  changeSeverityClock,
  changeSlaHours,
  moveClock,
  slaState,
  startClock,
  type SlaClock,
} from '../../src/domain/sla.js'

const created = at(0)

describe('startClock', () => {
  test.each([
    ['critical', 4],
    ['high', 24],
    ['medium', 72],
    ['low', 720],
  ] as const)('a %s bug has %i hours', (severity, hours) => {
    expect(startClock({ severity, status: 'pending', createdAt: created })).toEqual({
      slaHours: hours,
      slaDueAt: at(hours),
      slaStoppedAt: null,
      slaBreachedAt: null,
    })
  })

  test('given hours override the severity', () => {
    const clock = startClock({ severity: 'low', slaHours: 10, status: 'verified', createdAt: created })
    expect(clock).toMatchObject({ slaHours: 10, slaDueAt: at(10) })
  })

  test.each<[BugStatus, Date | null, Date]>([
    ['deferred', null, created],
    ['deferred', at(9), created],
    ['shipped', null, created],
    ['closed', at(9), at(9)],
  ])('created %s with resolvedAt %s it is stopped', (status, resolvedAt, stopped) => {
    const clock = startClock({ severity: 'high', status, createdAt: created, resolvedAt })
    expect(clock.slaStoppedAt).toEqual(stopped)
  })
})

describe('moveClock', () => {
  test.each<BugStatus>(['deferred', 'shipped', 'closed'])('entering %s stops it', (to) => {
    expect(moveClock(running(), { from: 'verified', to, now: at(5) })).toEqual({
      ...running(),
      slaStoppedAt: at(5),
    })
  })

  test.each<BugStatus>(['deferred', 'shipped', 'closed'])('returning from %s adds the pause', (from) => {
    const stopped = { ...running(), slaStoppedAt: at(5) }
    expect(moveClock(stopped, { from, to: 'pending', now: at(50) })).toEqual({
      ...running(),
      slaDueAt: at(24 + 45),
    })
  })

  test('from deferred to closed it stays stopped where it was', () => {
    const stopped = { ...running(), slaStoppedAt: at(5) }
    expect(moveClock(stopped, { from: 'deferred', to: 'closed', now: at(50) })).toEqual(stopped)
  })

  test('between open statuses only a breach is recorded', () => {
    expect(moveClock(running(), { from: 'pending', to: 'in_progress', now: at(24) })).toEqual(running())
    expect(moveClock(running(), { from: 'pending', to: 'in_progress', now: at(25) })).toEqual({
      ...running(),
      slaBreachedAt: at(24),
    })
  })

  test('time that passes while it is stopped is no breach', () => {
    const stopped = { ...running(), slaStoppedAt: at(5) }
    expect(moveClock(stopped, { from: 'deferred', to: 'pending', now: at(500) }).slaBreachedAt).toBeNull()
  })
})

describe('a change of hours or severity', () => {
  test('moves the due date by the difference', () => {
    const changed = changeSlaHours(running(), { hours: 30, status: 'pending', now: at(1) })
    expect(changed).toEqual({ ...running(), slaHours: 30, slaDueAt: at(30) })
  })

  test('after the due date records the breach', () => {
    const changed = changeSlaHours(running(), { hours: 100, status: 'pending', now: at(25) })
    expect(changed).toMatchObject({ slaDueAt: at(100), slaBreachedAt: at(24) })
    expect(slaState(changed, { status: 'pending', now: at(26) }).state).toBe('breached')
  })

  test('of severity replaces hours that are the old default', () => {
    const change = { from: 'high', to: 'critical', status: 'pending', now: at(1) } as const
    expect(changeSeverityClock(running(), change)).toMatchObject({ slaHours: 4, slaDueAt: at(4) })
  })

  test('of severity keeps hours that a user chose', () => {
    const clock = { ...running(), slaHours: 23, slaDueAt: at(23) }
    const change = { from: 'high', to: 'critical', status: 'pending', now: at(1) } as const
    expect(changeSeverityClock(clock, change)).toEqual(clock)
  })

  test('does nothing to a resolved bug', () => {
    const clock = { ...running(), slaStoppedAt: at(30) }
    expect(changeSlaHours(clock, { hours: 90, status: 'closed', now: at(99) })).toEqual(clock)
  })
})

describe('slaState', () => {
  test.each<[string, BugStatus, Partial<SlaClock>, number, object]>([
    ['fresh', 'pending', {}, 0, { state: 'on_track', usedRatio: 0, remainingSeconds: 86_400 }],
    ['just before 80 %', 'pending', {}, 19.19, { state: 'on_track' }],
    ['at 80 %', 'in_progress', {}, 19.2, { state: 'at_risk', usedRatio: 0.8 }],
    ['at the due date', 'verified', {}, 24, { state: 'at_risk', usedRatio: 1, remainingSeconds: 0 }],
    ['past it', 'verified', {}, 36, { state: 'breached', usedRatio: 1.5, remainingSeconds: -43_200 }],
    ['breached once, with time left', 'pending', { slaBreachedAt: at(1) }, 2, { state: 'breached' }],
    ['paused early', 'deferred', { slaStoppedAt: at(6) }, 99, { state: 'paused', whilePaused: 'on_track' }],
    ['paused late', 'deferred', { slaStoppedAt: at(20) }, 99, { state: 'paused', whilePaused: 'at_risk' }],
    ['paused past due', 'deferred', { slaStoppedAt: at(25) }, 99, { whilePaused: 'breached' }],
    ['resolved in time', 'shipped', { slaStoppedAt: at(24) }, 99, { state: 'met', whilePaused: null }],
    ['resolved late', 'closed', { slaStoppedAt: at(25) }, 99, { state: 'missed' }],
    [
      'breached, reopened, resolved',
      'closed',
      { slaStoppedAt: at(3), slaBreachedAt: at(1) },
      99,
      { state: 'missed' },
    ],
  ])('%s', (_, status, clock, hours, expected) => {
    expect(slaState({ ...running(), ...clock }, { status, now: at(hours) })).toMatchObject(expected)
  })

  test('a day of 23 hours is still 24 hours of the clock away', () => {
    const createdAt = new Date('2026-03-28T12:00:00+01:00')
    const clock = startClock({ severity: 'high', status: 'pending', createdAt })
    expect(clock.slaDueAt).toEqual(new Date('2026-03-29T13:00:00+02:00'))
  })
})

describe('whatever happens to a bug', () => {
  const step = fc.record({
    hours: fc.integer({ min: 0, max: 60 }),
    to: fc.constantFrom(...statuses),
    severity: fc.constantFrom(...severities),
    slaHours: fc.option(fc.integer({ min: 1, max: 100 })),
  })

  test('a recorded breach stays, at its moment', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const breaches = play(steps).map(({ clock }) => clock.slaBreachedAt?.getTime())
        const first = breaches.find((breach) => breach !== undefined)
        if (first !== undefined) {
          const from = breaches.indexOf(first)
          expect(breaches.slice(from).every((breach) => breach === first)).toBe(true)
        }
      }),
    )
  })

  test('a bug seen breached is never again on track, at risk or met', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const states = play(steps).map(({ before }) => before)
        const first = states.findIndex((state) => state === 'breached' || state === 'missed')
        if (first >= 0) {
          expect(states.slice(first)).not.toContain('on_track')
          expect(states.slice(first)).not.toContain('at_risk')
          expect(states.slice(first)).not.toContain('met')
        }
      }),
    )
  })

  test('the hours used are the hours spent open', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const played = play(steps.map((each) => ({ ...each, slaHours: null, severity: 'high' as const })))
        const last = played.at(-1)
        if (last !== undefined) {
          const { usedRatio } = slaState(last.clock, { status: last.status, now: last.now })
          expect(usedRatio * last.clock.slaHours).toBeCloseTo(last.openHours, 6)
        }
      }),
    )
  })
})

interface Step {
  hours: number
  to: BugStatus
  severity: (typeof severities)[number]
  slaHours: number | null
}

/** A bug's life from creation as a pending `high`: each step after its hours, with the state seen before it. */
function play(steps: readonly Step[]) {
  let [clock, status, severity] = [running(), 'pending' as BugStatus, 'high' as Step['severity']]
  let [elapsed, openHours] = [0, 0]
  return steps.map((step) => {
    elapsed += step.hours
    if (isOpen(status)) openHours += step.hours
    const now = at(elapsed)
    const before = slaState(clock, { status, now }).state
    clock = changeSeverityClock(clock, { from: severity, to: step.severity, status, now })
    if (step.slaHours !== null) clock = changeSlaHours(clock, { hours: step.slaHours, status, now })
    clock = moveClock(clock, { from: status, to: step.to, now })
    ;[status, severity] = [step.to, step.severity]
    return { clock, status, now, before, openHours }
  })
}

function running(): SlaClock {
  return startClock({ severity: 'high', status: 'pending', createdAt: created })
}

function at(hours: number): Date {
  return new Date(Date.UTC(2026, 0, 1) + hours * hourMs)
}
