import fc from 'fast-check'
import { expect, test } from 'vitest'
import { facts } from '../../../src/domain/delivery/facts.js'
import {
  merged,
  newerFields,
  nothingSeen,
  report,
  sourceTimesOf,
  stampsOf,
  type Seen,
} from '../../../src/domain/delivery/seen.js'

const groups = facts.pullRequest.groups

/** Reports on two groups, of few moments and values, so that many are of the same moment. */
const reports = fc.array(
  fc
    .record({
      rank: fc.integer({ min: 0, max: 2 }),
      seconds: fc.integer({ min: 0, max: 3 }),
      earliest: fc.boolean(),
      title: fc.option(fc.constantFrom('a', 'b', null), { nil: undefined }),
      isDraft: fc.option(fc.boolean(), { nil: undefined }),
      additions: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined }),
    })
    .map(({ rank, seconds, earliest, title, isDraft, additions }) => {
      const at = new Date(seconds * 1000)
      return merged(
        report({ title, isDraft }, { rank, at, earliest }),
        report({ additions }, { rank, at, earliest }),
      )
    }),
)

const all = (seen: readonly Seen[]): Seen => seen.reduce(merged, nothingSeen)

test('order, repetition and grouping of reports do not matter', () => {
  fc.assert(
    fc.property(reports, fc.integer(), fc.integer({ min: 0, max: 10 }), (seen, seed, at) => {
      const expected = all(seen)
      const shuffled = [...seen].sort((a, b) =>
        JSON.stringify([a, seed]) < JSON.stringify([b, seed]) === seed % 2 > 0 ? -1 : 1,
      )
      expect(all(shuffled)).toEqual(expected)
      expect(all([...seen, ...seen.toReversed()])).toEqual(expected)
      expect(merged(all(seen.slice(at)), all(seen.slice(0, at)))).toEqual(expected)
    }),
  )
})

test('what is stored of the stamps is enough to merge further reports', () => {
  fc.assert(
    fc.property(reports, reports, (before, after) => {
      const stored = stampsOf(sourceTimesOf(all(before).stamps, groups), groups)
      expect(stored).toEqual(all(before).stamps)
      expect(newerFields(stored, all(after)).sort()).toEqual(
        Object.keys(all(after).stamps)
          .filter((field) => all([...before, ...after]).stamps[field] !== stored[field])
          .sort(),
      )
    }),
  )
})

test('an absent value reports nothing, null reports that there is none', () => {
  const at = new Date(1000)
  const first = report({ title: 'a', isDraft: true }, { rank: 1, at })
  const later = report({ title: undefined, isDraft: false }, { rank: 1, at: new Date(2000) })
  const none = report({ title: null }, { rank: 1, at: new Date(3000) })
  expect(merged(first, later).values).toEqual({ title: 'a', isDraft: false })
  expect(all([none, first, later]).values).toEqual({ title: null, isDraft: false })
})

test('of two reports of one moment, one and the same counts for the whole group', () => {
  const at = new Date(1000)
  const one = report({ title: 'a', isDraft: true }, { rank: 1, at })
  const other = report({ title: 'b', isDraft: false }, { rank: 1, at })
  expect([one.values, other.values]).toContainEqual(merged(one, other).values)
  expect(merged(one, other)).toEqual(merged(other, one))
})

test('a final state counts, however old its report', () => {
  const mergedThen = report({ state: 'merged' }, { rank: 2, at: new Date(1000) })
  const openLater = report({ state: 'open' }, { rank: 1, at: new Date(9000) })
  expect(merged(openLater, mergedThen).values).toEqual({ state: 'merged' })
})
