import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  findingSeverities,
  noFindings,
  riskScore,
  severityOfScore,
} from '../../../src/domain/delivery/risk.js'

test.each([
  [{}, 0],
  [{ info: 100 }, 0],
  [{ low: 1 }, 1],
  [{ low: 56 }, 19],
  [{ medium: 1 }, 20],
  [{ medium: 2 }, 23],
  [{ high: 1 }, 50],
  [{ high: 2 }, 53],
  [{ high: 5 }, 60],
  [{ high: 11, medium: 4, low: 57 }, 69],
  [{ critical: 1, high: 11, medium: 4, low: 6 }, 80],
  [{ critical: 3 }, 84],
  [{ critical: 1_000_000 }, 100],
])('%o has risk %i', (counts, risk) => {
  expect(riskScore({ ...noFindings(), ...counts })).toBe(risk)
})

test('a finding more never lowers the risk, and a worse one raises it above all milder ones', () => {
  const counts = fc.record({
    critical: fc.nat(50),
    high: fc.nat(50),
    medium: fc.nat(50),
    low: fc.nat(50),
    info: fc.nat(50),
  })
  fc.assert(
    fc.property(counts, fc.constantFrom(...findingSeverities), (found, severity) => {
      const more = riskScore({ ...found, [severity]: found[severity] + 1 })
      expect(more).toBeGreaterThanOrEqual(riskScore(found))
      expect(more).toBeLessThanOrEqual(100)
    }),
  )
})

test.each([
  [10, 'critical'],
  [9, 'critical'],
  [8.9, 'high'],
  [7, 'high'],
  [6.9, 'medium'],
  [4, 'medium'],
  [3.9, 'low'],
  [0.1, 'low'],
  [0, 'info'],
])('a score of %d is %s', (score, severity) => {
  expect(severityOfScore(score)).toBe(severity)
})
