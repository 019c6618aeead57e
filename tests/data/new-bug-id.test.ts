import { expect, test } from 'vitest'
import { newBugId } from '../../src/data/bugs/new-bug-id.js'

test('ids ascend in the order in which they are made, also within one moment and when the clock goes back', () => {
  const moments = [0, 0, 5, 3, ...Array.from({ length: 10_000 }, () => 5)]
  const ids = moments.map((ms) => newBugId(new Date(Date.UTC(2026, 0, 1) + ms)))
  expect([...ids].sort()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
