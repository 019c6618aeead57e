import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isOpen, isResolved, severities, statuses } from '../../src/domain/bug.js'
import { changeBug } from '../../src/domain/bug-change.js'
import { minuteMs } from '../../src/domain/duration.js'
import { defaultSlaPolicy, slaState } from '../../src/domain/sla.js'
import { slaTimeline, type SlaEvent } from '../../src/domain/sla-timeline.js'
import { bugFacts } from '../helpers/bug-facts.js'

/** Two days before the clocks of Berlin, London and New York change, twice a year: a day of 23 hours, one of 25. */
const beginnings = [
  '2026-03-06T20:00:00Z',
  '2026-03-27T20:00:00Z',
  '2026-10-23T20:00:00Z',
  '2026-10-30T20:00:00Z',
]

const step = fc.record({
  /** Mostly a few hours, at times many days. */
  minutes: fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 6000 })),
  status: fc.option(fc.constantFrom(...statuses), { nil: undefined }),
  severity: fc.option(fc.constantFrom(...severities), { nil: undefined }),
  slaHours: fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }),
})

const life = fc.record({
  beginning: fc.constantFrom(...beginnings),
  status: fc.constantFrom(...statuses),
  severity: fc.constantFrom(...severities),
  steps: fc.array(step, { maxLength: 8 }),
  rest: fc.integer({ min: 0, max: 6000 }),
})

type Life = typeof life extends fc.Arbitrary<infer T> ? T : never

/** A stopwatch beside the bug: it ticks every minute, and counts while the bug is open. */
function simulate({ status, severity, steps, rest }: Omit<Life, 'beginning'>) {
  let [openMinutes, hours, minute] = [0, defaultSlaPolicy.hours[severity], 0]
  let late = false
  const wait = (minutes: number) => {
    for (let i = 0; i < minutes; i++) {
      minute++
      if (isOpen(status)) openMinutes++
      late ||= openMinutes > hours * 60
    }
  }
  for (const each of steps) {
    wait(each.minutes)
    if (each.severity !== undefined) {
      if (!isResolved(status) && hours === defaultSlaPolicy.hours[severity])
        hours = defaultSlaPolicy.hours[each.severity]
      severity = each.severity
    }
    if (each.slaHours !== undefined && !isResolved(status)) hours = each.slaHours
    late ||= openMinutes > hours * 60
    if (each.status !== undefined) status = each.status
  }
  wait(rest)
  return { openMinutes, hours, late, minute, status }
}

/** The same life as stored, change by change, and as read from history. */
function store({ beginning, status, severity, steps, rest }: Life) {
  const createdAt = new Date(beginning)
  let bug = bugFacts(createdAt, { status, severity, resolvedAt: isResolved(status) ? createdAt : null })
  let at = createdAt
  const events: SlaEvent[] = []
  for (const each of steps) {
    at = new Date(at.getTime() + each.minutes * minuteMs)
    const hours = isResolved(bug.status) ? undefined : each.slaHours
    const change = { status: each.status, severity: each.severity, slaHours: hours }
    const { bug: next } = changeBug(bug, change, { now: at, force: true })
    events.push({
      at,
      ...(next.severity !== bug.severity && { severity: next.severity }),
      ...(next.slaHours !== bug.slaHours && { slaHours: next.slaHours }),
      ...(next.status !== bug.status && { status: next.status }),
    })
    bug = next
  }
  return { bug, events, createdAt, now: new Date(at.getTime() + rest * minuteMs) }
}

test('the stored clock, the timeline and a stopwatch agree, over days of 23 and 25 hours', () => {
  fc.assert(
    fc.property(life, (drawn) => {
      const { bug, events, createdAt, now } = store(drawn)
      const watch = simulate(drawn)
      const { status, severity } = drawn
      const slaHours = defaultSlaPolicy.hours[severity]
      const { intervals, clock, breachedAt } = slaTimeline(
        { createdAt, startsAt: createdAt, status, severity, slaHours },
        events,
        now,
      )

      const { usedRatio, remainingSeconds, state } = slaState(bug, { status: bug.status, now })
      expect(remainingSeconds).toBe((watch.hours * 60 - watch.openMinutes) * 60)
      expect(usedRatio * bug.slaHours * 60).toBeCloseTo(watch.openMinutes, 6)

      expect(intervals.at(-1)?.totalSeconds).toBe(watch.openMinutes * 60)
      expect(clock).toEqual({
        slaHours: bug.slaHours,
        slaDueAt: bug.slaDueAt,
        slaStoppedAt: bug.slaStoppedAt,
        slaBreachedAt: bug.slaBreachedAt,
      })
      expect(intervals.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(watch.minute * 60)
      expect(breachedAt !== null).toBe(watch.late)
      expect(['breached', 'missed'].includes(state)).toBe(watch.late && bug.status !== 'deferred')
      expect(intervals.filter(({ because }) => because === 'breach').map(({ from }) => from)).toEqual(
        breachedAt === null ? [] : [breachedAt],
      )
    }),
    { numRuns: 300 },
  )
})
