import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { statuses, type BugStatus } from '../../src/domain/bug.js'
import { changeBug, type BugChange, type BugFacts } from '../../src/domain/bug-change.js'
import { hourMs } from '../../src/domain/duration.js'
import { allowedSteps } from '../../src/domain/lifecycle.js'
import { addDecimals } from '../../src/domain/money.js'
import { bugFacts } from '../helpers/bug-facts.js'

const created = new Date('2026-03-02T09:00:00Z')
const now = new Date('2026-03-02T11:00:00Z')

const bug = (facts: Partial<BugFacts> = {}) => bugFacts(created, facts)

describe('a change', () => {
  test('writes one history row for each field, hours that follow a severity included, and none for the score and the clock', () => {
    const { bug: after, history } = changeBug(bug(), { severity: 'critical', isBlocker: true }, { now })
    expect(history).toEqual([
      { fieldChanged: 'severity', oldValue: 'high', newValue: 'critical' },
      { fieldChanged: 'slaHours', oldValue: '24', newValue: '4' },
      { fieldChanged: 'isBlocker', oldValue: 'false', newValue: 'true' },
    ])
    expect(after).toMatchObject({
      priorityScore: 75,
      slaHours: 4,
      slaDueAt: new Date('2026-03-02T13:00:00Z'),
      updatedAt: now,
    })
  })

  test('to the present values does not change the bug, nor its updatedAt', () => {
    const before = bug({ assignedToId: 'ada' })
    const { bug: after, history } = changeBug(
      before,
      { severity: 'high', assignedToId: 'ada', status: 'pending' },
      { now },
    )
    expect(after).toBe(before)
    expect(history).toEqual([])
  })

  test('of severity keeps hours that a user chose', () => {
    const { bug: after } = changeBug(bug({ slaHours: 10 }), { severity: 'low' }, { now })
    expect(after.slaHours).toBe(10)
  })

  test('of severity and hours together uses the hours', () => {
    const { bug: after } = changeBug(bug(), { severity: 'critical', slaHours: 8 }, { now })
    expect(after).toMatchObject({ slaHours: 8, slaDueAt: new Date('2026-03-02T17:00:00Z') })
  })

  test("of severity and hours together records no breach of the severity's hours", () => {
    const late = new Date('2026-03-02T19:00:00Z')
    const { bug: after } = changeBug(bug(), { severity: 'critical', slaHours: 30 }, { now: late })
    expect(after).toMatchObject({ slaHours: 30, slaBreachedAt: null })
  })

  test('outside the lifecycle is rejected, unless it is forced', () => {
    expect(() => changeBug(bug(), { status: 'shipped' }, { now })).toThrow(
      'a bug cannot go from pending to shipped',
    )
    expect(changeBug(bug(), { status: 'shipped' }, { now, force: true }).bug).toMatchObject({
      status: 'shipped',
      resolvedAt: now,
    })
  })

  test('from shipped to closed by force keeps the date of the resolution', () => {
    const shipped = bug({ status: 'shipped', resolvedAt: created, slaStoppedAt: created })
    expect(changeBug(shipped, { status: 'closed' }, { now }).bug.resolvedAt).toEqual(created)
  })

  test('adds hours to the booked ones, exactly', () => {
    expect(changeBug(bug({ actualHours: '0.10' }), { addHours: '0.20' }, { now }).bug.actualHours).toBe(
      '0.30',
    )
    expect(changeBug(bug(), { addHours: '2.50' }, { now }).bug.actualHours).toBe('2.50')
  })

  test('assigns implicitly only an unassigned bug', () => {
    const start: BugChange = { status: 'in_progress', assignIfUnassigned: 'ada' }
    expect(changeBug(bug(), start, { now }).bug.assignedToId).toBe('ada')
    expect(changeBug(bug({ assignedToId: 'bob' }), start, { now }).bug.assignedToId).toBe('bob')
  })

  test('of the SLA of a resolved bug is rejected', () => {
    const closed = bug({ status: 'closed', resolvedAt: now, slaStoppedAt: now })
    expect(() => changeBug(closed, { slaHours: 99 }, { now })).toThrow(
      'the SLA of a resolved bug cannot change',
    )
  })
})

describe('a pinned priority', () => {
  test('stays when severity changes, and is computed again with auto', () => {
    const pinned = changeBug(bug(), { priority: 99 }, { now }).bug
    expect(pinned).toMatchObject({ priorityScore: 99, priorityPinned: true })
    const critical = changeBug(pinned, { severity: 'critical' }, { now }).bug
    expect(critical.priorityScore).toBe(99)
    expect(changeBug(critical, { priority: 'auto' }, { now }).bug).toMatchObject({
      priorityScore: 60,
      priorityPinned: false,
    })
  })
})

describe('whatever is changed, in whatever order', () => {
  const step = fc.record({
    to: fc.constantFrom(...statuses),
    severity: fc.constantFrom('critical' as const, 'high' as const, 'medium' as const, 'low' as const),
    hoursLater: fc.integer({ min: 0, max: 200 }),
  })

  test('history replays to the present, only resolved bugs have a resolvedAt, and a breach is never cleared', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let at = now
        let current = bug()
        const recorded = ({ status, severity, slaHours }: BugFacts) => ({
          status,
          severity,
          slaHours: String(slaHours),
        })
        const replayed: Record<string, string | null> = recorded(current)
        for (const { to, severity, hoursLater } of steps) {
          at = new Date(at.getTime() + hoursLater * hourMs)
          const legal = to === current.status || allowedSteps[current.status].includes(to)
          const change: BugChange = { severity, ...(legal && { status: to }) }
          const { bug: next, history } = changeBug(current, change, { now: at })
          for (const { fieldChanged, oldValue, newValue } of history) {
            expect(replayed[fieldChanged]).toBe(oldValue)
            replayed[fieldChanged] = newValue
          }
          if (current.slaBreachedAt) expect(next.slaBreachedAt).toEqual(current.slaBreachedAt)
          expect(next.resolvedAt !== null).toBe(isResolvedStatus(next.status))
          expect(next.slaStoppedAt === null).toBe(
            ['pending', 'in_progress', 'verified'].includes(next.status),
          )
          current = next
        }
        expect(replayed).toEqual(recorded(current))
      }),
    )
  })

  test('an illegal step changes nothing and lists the allowed ones', () => {
    for (const from of statuses) {
      for (const to of statuses.filter((status) => status !== from && !allowedSteps[from].includes(status))) {
        const before = bug({
          status: from,
          slaStoppedAt: created,
          resolvedAt: isResolvedStatus(from) ? created : null,
        })
        expect(() => changeBug(before, { status: to }, { now })).toThrow(
          `a bug cannot go from ${from} to ${to}`,
        )
      }
    }
  })
})

test('decimals add up exactly, whatever their size', () => {
  const cents = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n })
  const text = (value: bigint) => {
    const digits = String(value < 0n ? -value : value).padStart(3, '0')
    return `${value < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
  }
  fc.assert(
    fc.property(cents, cents, (a, b) => {
      expect(addDecimals(text(a), text(b))).toBe(text(a + b))
    }),
  )
})

function isResolvedStatus(status: BugStatus): boolean {
  return status === 'shipped' || status === 'closed'
}
