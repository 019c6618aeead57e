import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { severities, type BugSeverity } from '../../src/domain/bug.js'
import { priority, urgency } from '../../src/domain/priority.js'

describe('the vectors of metrics.md', () => {
  test.each<[BugSeverity, string | null, boolean, number, number, number, number]>([
    ['critical', null, false, 60, 0, 0, 45],
    ['critical', '0', true, 75, 0.85, 1, 70],
    ['critical', '8000', true, 91, 1.2, 5, 89],
    ['high', '3500', true, 70, 1.3, 12, 73],
    ['high', null, false, 42, 0.4, 3, 32],
    ['medium', '40000', false, 46, 0.3, 10, 35],
    ['medium', null, false, 24, 0.9, 45, 37],
    ['low', null, false, 6, 0.2, 400, 10],
    ['low', '100000', true, 46, 2, 90, 60],
    ['critical', '250000', true, 100, 1, 90, 100],
  ])('%s, R %s, blocker %s → %i; c %d, %d days → %i', (severity, revenueImpact, isBlocker, ...rest) => {
    const [expectedPriority, usedRatio, ageDays, expectedUrgency] = rest
    const priorityScore = priority({ severity, revenueImpact, isBlocker })
    expect(priorityScore).toBe(expectedPriority)
    expect(urgency({ priorityScore, usedRatio, ageDays }).score).toBe(expectedUrgency)
  })
})

const severity = fc.constantFrom(...severities)
const money = fc.integer({ min: 0, max: 99_999_999 }).map((cents) => (cents / 100).toFixed(2))
const score = fc.integer({ min: 0, max: 100 })
const ratio = fc.double({ min: -1, max: 10, noNaN: true })
const days = fc.double({ min: 0, max: 5000, noNaN: true })

describe('priority', () => {
  test('is a whole number from 0 to 100', () => {
    fc.assert(
      fc.property(severity, fc.option(money), fc.boolean(), (severity, revenueImpact, isBlocker) => {
        const value = priority({ severity, revenueImpact, isBlocker })
        expect(Number.isInteger(value) && value >= 0 && value <= 100).toBe(true)
      }),
    )
  })

  test('never falls when an input grows', () => {
    fc.assert(
      fc.property(severity, severity, money, money, fc.boolean(), fc.boolean(), (s1, s2, r1, r2, b1, b2) => {
        const graver = severities.indexOf(s1) < severities.indexOf(s2) ? [s2, s1] : [s1, s2]
        const lower = { severity: graver[0] ?? s1, revenueImpact: smaller(r1, r2), isBlocker: b1 && b2 }
        const upper = { severity: graver[1] ?? s2, revenueImpact: larger(r1, r2), isBlocker: b1 || b2 }
        expect(priority(lower)).toBeLessThanOrEqual(priority(upper))
      }),
    )
  })

  test('an unknown revenue impact counts as 0', () => {
    expect(priority({ severity: 'low', revenueImpact: null, isBlocker: true })).toBe(21)
    expect(priority({ severity: 'low', revenueImpact: '0.00', isBlocker: true })).toBe(21)
  })
})

describe('urgency', () => {
  test('rounds half up if the binary fraction is just below the half', () => {
    expect(urgency({ priorityScore: 46, usedRatio: 0, ageDays: 0 })).toMatchObject({ sum: 34.5, score: 35 })
    // On paper 4 + 0.5 and 8 + 0.5; in binary 4.499999999999999 and 8.499999999999998.
    expect(urgency({ priorityScore: 0, usedRatio: 0.6, ageDays: 9 }).score).toBe(5)
    expect(urgency({ priorityScore: 0, usedRatio: 0.7, ageDays: 9 }).score).toBe(9)
  })

  test('rounds as in decimal, for whole percents and days', () => {
    const inputs = fc.tuple(score, fc.integer({ min: 50, max: 100 }), fc.integer({ min: 0, max: 90 }))
    fc.assert(
      fc.property(inputs, ([priorityScore, percent, ageDays]) => {
        // Counted in 360ths, every term is a whole number.
        const parts = 270 * priorityScore + 144 * (percent - 50) + 20 * ageDays
        const expected = Math.floor((parts + 180) / 360)
        expect(urgency({ priorityScore, usedRatio: percent / 100, ageDays }).score).toBe(expected)
      }),
      { numRuns: 2000 },
    )
  })

  test('is a whole number from 0 to 100, and its terms add up to the sum', () => {
    fc.assert(
      fc.property(score, ratio, days, (priorityScore, usedRatio, ageDays) => {
        const { score, sum, terms } = urgency({ priorityScore, usedRatio, ageDays })
        expect(Number.isInteger(score) && score >= 0 && score <= 100).toBe(true)
        expect(terms.priority + terms.sla + terms.age).toBe(sum)
      }),
    )
  })

  test('never falls when an input grows', () => {
    fc.assert(
      fc.property(score, score, ratio, ratio, days, days, (p1, p2, c1, c2, d1, d2) => {
        const at = (pick: (...values: number[]) => number) =>
          urgency({ priorityScore: pick(p1, p2), usedRatio: pick(c1, c2), ageDays: pick(d1, d2) }).score
        expect(at(Math.min)).toBeLessThanOrEqual(at(Math.max))
      }),
    )
  })
})

function smaller(a: string, b: string): string {
  return Number(a) < Number(b) ? a : b
}

function larger(a: string, b: string): string {
  return Number(a) < Number(b) ? b : a
}
