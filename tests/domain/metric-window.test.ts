import { describe, expect, test } from 'vitest'
import { metricWindow, momentOf, periodBounds } from '../../src/domain/metric-window.js'

const now = new Date('2026-03-02T09:00:00Z')
const clock = { now, zone: 'UTC', days: 30 }

describe('metricWindow', () => {
  test.each([
    [{}, '2026-01-31T09:00:00.000Z', '2026-03-02T09:00:00.000Z', false],
    [{ since: '7d' }, '2026-02-23T09:00:00.000Z', '2026-03-02T09:00:00.000Z', false],
    [{ since: '2026-02-01' }, '2026-02-01T00:00:00.000Z', '2026-03-02T09:00:00.000Z', false],
    [{ between: '2026-02-01..2026-02-28' }, '2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z', true],
    // The tests' now is a Monday.
    [{ since: 'monday' }, '2026-02-23T00:00:00.000Z', '2026-03-02T09:00:00.000Z', false],
    [{ since: 'yesterday' }, '2026-03-01T00:00:00.000Z', '2026-03-02T09:00:00.000Z', false],
    [{ between: 'friday..yesterday' }, '2026-02-27T00:00:00.000Z', '2026-03-02T00:00:00.000Z', true],
    [{ asOf: '7d', since: '7d' }, '2026-02-16T09:00:00.001Z', '2026-02-23T09:00:00.001Z', true],
    // Today has not ended: the window ends now.
    [{ between: '2026-03-01..2026-03-02' }, '2026-03-01T00:00:00.000Z', '2026-03-02T09:00:00.000Z', false],
    [{ asOf: '2026-02-28', since: '1w' }, '2026-02-22T00:00:00.000Z', '2026-03-01T00:00:00.000Z', true],
  ])('%j', (flags, from, to, past) => {
    const found = metricWindow(flags, clock)
    expect([found.window.from.toISOString(), found.window.to.toISOString(), found.past]).toEqual([
      from,
      to,
      past,
    ])
  })

  test('days are those of the zone', () => {
    const { window } = metricWindow(
      { between: '2026-02-01..2026-02-01' },
      { ...clock, zone: 'Europe/Berlin' },
    )
    expect(window).toEqual({ from: new Date('2026-01-31T23:00:00Z'), to: new Date('2026-02-01T23:00:00Z') })
  })

  test.each([
    [{ between: '2026-04-01..2026-04-02' }, 'in the future: "2026-04-01..2026-04-02"'],
    [{ between: '..2026-02-01' }, 'no beginning: "..2026-02-01"'],
    [{ asOf: '2026-03-03' }, 'in the future: "2026-03-03"'],
    [{ asOf: 'tomorrow' }, 'not a day or a moment: "tomorrow"'],
    [{ asOf: '2026-02-01', since: '2026-02-02' }, 'the window ends before it begins: "2026-02-02"'],
    [
      { between: '2026-02-01..2026-02-02', since: '7d' },
      '--between sets both ends: leave out --since and --as-of',
    ],
  ])('refuses %j', (flags, message) => {
    expect(() => metricWindow(flags, clock)).toThrow(expect.objectContaining({ message }) as Error)
  })
})

test('a moment includes itself, a day its last millisecond', () => {
  const moment = momentOf('2026-02-01T12:00:00Z', clock)
  expect(moment).toEqual({ asOf: new Date('2026-02-01T12:00:00Z'), to: new Date('2026-02-01T12:00:00.001Z') })
  expect(momentOf('2026-02-01', clock).to).toEqual(new Date('2026-02-02T00:00:00Z'))
})

test('periods begin as in the zone, even if a day has 23 hours', () => {
  const window = { from: new Date('2026-03-28T12:00:00Z'), to: new Date('2026-03-30T12:00:00Z') }
  expect(periodBounds(window, 'day', 'Europe/Berlin').map((bound) => bound.toISOString())).toEqual([
    '2026-03-28T12:00:00.000Z',
    '2026-03-28T23:00:00.000Z',
    '2026-03-29T22:00:00.000Z',
    '2026-03-30T12:00:00.000Z',
  ])
})
