import { expect, test } from 'vitest'
import { retryAfterMs, retryDelayMs } from '../../../src/domain/delivery/retry.js'

test('a message is tried after 5 s, 5 and 30 min, 2, 5 and 10 h, and is dead then', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7].map((attempt) =>
    retryDelayMs({ attempt, retryAfterMs: null, random: 0 }),
  )
  expect(waits.map((ms) => (ms === null ? null : ms / 60_000))).toEqual([5 / 60, 5, 30, 120, 300, 600, null])
})

test('jitter adds up to a tenth, and Retry-After lengthens the wait up to a day', () => {
  expect(retryDelayMs({ attempt: 2, retryAfterMs: null, random: 1 })).toBe(330_000)
  expect(retryDelayMs({ attempt: 2, retryAfterMs: 3_600_000, random: 0 })).toBe(3_600_000)
  expect(retryDelayMs({ attempt: 2, retryAfterMs: 1000, random: 0 })).toBe(300_000)
  expect(retryDelayMs({ attempt: 2, retryAfterMs: 1e12, random: 0 })).toBe(86_400_000)
})

test('Retry-After is seconds or a date', () => {
  const now = new Date('2026-03-02T09:00:00Z')
  expect(retryAfterMs('120', now)).toBe(120_000)
  expect(retryAfterMs('Mon, 02 Mar 2026 09:01:00 GMT', now)).toBe(60_000)
  expect(retryAfterMs('Mon, 02 Mar 2026 08:00:00 GMT', now)).toBe(0)
  expect(retryAfterMs('soon', now)).toBeNull()
  expect(retryAfterMs(undefined, now)).toBeNull()
})
