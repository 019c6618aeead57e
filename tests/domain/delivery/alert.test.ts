import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  advance,
  firingGroups,
  quietAlert,
  type AlertMessage,
  type AlertState,
  type Observation,
} from '../../../src/domain/delivery/alert.js'
import { minuteMs } from '../../../src/domain/duration.js'

const begin = Date.UTC(2026, 2, 2, 9)

interface Step {
  observed: Record<string, Observation>
  /** Groups that are silenced in this run. */
  held?: readonly string[]
}

interface Rule {
  forRuns?: number
  repeatMinutes?: number
  /** Between runs. */
  everyMinutes?: number
}

/** What each run sends, in words: `firing a b`, `resolved a`, `(silenced) firing a`. */
function play(steps: readonly Step[], { forRuns = 1, repeatMinutes = 240, everyMinutes = 10 }: Rule = {}) {
  let state: AlertState = quietAlert
  return steps.map(({ observed, held = [] }, i) => {
    const now = new Date(begin + i * everyMinutes * minuteMs)
    const run = {
      observed: new Map(Object.entries(observed)),
      now,
      forRuns,
      repeatMinutes,
      heldBack: (group: string) => (held.includes(group) ? 'silenced' : null),
    }
    const result = advance(state, run)
    // What is stored is JSON.
    state = JSON.parse(JSON.stringify(result.state)) as AlertState
    return result.messages.map(words).join('; ')
  })
}

function words({ kind, groups, ended, heldBack }: AlertMessage): string {
  const begin = heldBack === null ? '' : `(${heldBack}) `
  const end = ended.length === 0 ? '' : `, ended ${ended.join(' ')}`
  return `${begin}${kind} ${groups.join(' ')}${end}`
}

const holds: Step = { observed: { a: 'holds' } }
const clear: Step = { observed: { a: 'clear' } }
const noData: Step = { observed: { a: 'noData' } }

test('an alert fires once, and its end is reported once', () => {
  expect(play([clear, holds, holds, clear, clear, holds])).toEqual([
    '',
    'firing a',
    '',
    'resolved a',
    '',
    'firing a',
  ])
})

test('it fires after the number of runs in a row that the rule sets', () => {
  expect(play([holds, holds, clear, holds, holds, holds, holds], { forRuns: 3 })).toEqual([
    '',
    '',
    '',
    '',
    '',
    'firing a',
    '',
  ])
})

test('no data neither fires nor resolves', () => {
  expect(play([noData, holds, noData, { observed: {} }, holds, clear])).toEqual([
    '',
    'firing a',
    '',
    '',
    '',
    'resolved a',
  ])
  expect(play([holds, noData, holds], { forRuns: 2 })).toEqual(['', '', 'firing a'])
})

test('it is repeated after its time, and at once for a new group', () => {
  const both: Step = { observed: { a: 'holds', b: 'holds' } }
  expect(play([holds, holds, holds, both, both, both, both], { repeatMinutes: 20 })).toEqual([
    'firing a',
    '',
    'firing a',
    'firing a b',
    '',
    'firing a b',
    '',
  ])
})

test('one message lists what fires and what ended', () => {
  expect(
    play([
      { observed: { a: 'holds', b: 'holds' } },
      { observed: { a: 'clear', b: 'holds' } },
      { observed: { a: 'holds', b: 'clear' } },
    ]),
  ).toEqual(['firing a b', 'resolved a', 'firing a, ended b'])
})

test('what is silenced is reported when the silence ends, if it still fires', () => {
  const silent: Step = { ...holds, held: ['a'] }
  expect(play([silent, silent, holds, clear])).toEqual(['(silenced) firing a', '', 'firing a', 'resolved a'])
  expect(play([silent, clear])).toEqual(['(silenced) firing a', ''])
  expect(play([holds, { ...clear, held: ['a'] }, clear])).toEqual(['firing a', '(silenced) resolved a', ''])
  expect(play([silent, silent, silent], { repeatMinutes: 20 })).toEqual([
    '(silenced) firing a',
    '',
    '(silenced) firing a',
  ])
})

test('a silence of one group holds back no other', () => {
  expect(play([{ observed: { a: 'holds', b: 'holds' }, held: ['a'] }])).toEqual([
    'firing b; (silenced) firing a',
  ])
})

const anyStep = fc.record({
  observed: fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.constantFrom<Observation>('holds', 'clear', 'noData'),
  ),
  held: fc.subarray(['a', 'b', 'c']),
})

test('whatever happens: a group is reported to end only after it was reported to fire, and never twice', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), (steps, forRuns) => {
      const reported = new Set<string>()
      let state: AlertState = quietAlert
      for (const [i, { observed, held }] of steps.entries()) {
        const result = advance(state, {
          observed: new Map(Object.entries(observed)),
          now: new Date(begin + i * 600_000),
          forRuns,
          repeatMinutes: 30,
          heldBack: (group) => (held.includes(group) ? 'silenced' : null),
        })
        const sent = result.messages.filter(({ heldBack }) => heldBack === null)
        expect(sent.length).toBeLessThanOrEqual(1)
        for (const { kind, groups, ended } of result.messages) {
          for (const group of kind === 'resolved' ? groups : ended) expect(reported.delete(group)).toBe(true)
        }
        for (const { kind, groups } of sent) {
          if (kind === 'firing') groups.forEach((group) => reported.add(group))
        }
        expect(firingGroups(result.state)).toEqual(expect.arrayContaining([...reported]))
        state = result.state
      }
    }),
  )
})

test('without silences, what fires is reported in the same run', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
      let state: AlertState = quietAlert
      for (const [i, { observed }] of steps.entries()) {
        const now = new Date(begin + i * 600_000)
        const run = { observed: new Map(Object.entries(observed)), now, forRuns: 1, repeatMinutes: 60 }
        state = advance(state, { ...run, heldBack: () => null }).state
        expect(Object.values(state.groups).every(({ reported, since }) => reported && since !== null)).toBe(
          true,
        )
        for (const [group, observation] of Object.entries(observed)) {
          if (observation !== 'noData') expect(group in state.groups).toBe(observation === 'holds')
        }
      }
    }),
  )
})
