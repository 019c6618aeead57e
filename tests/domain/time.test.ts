import fc from 'fast-check'
import { DateTime } from 'luxon'
import { describe, expect, test } from 'vitest'

import {
  addMonths,
  monthStart,
  parseDuration,
  parsePast,
  parseStart,
  parseWindow,
  utcDay,
} from '../../src/domain/time.js'
import { requireZone } from '../../src/domain/zone.js'

const now = new Date('2026-04-02T10:30:00Z')

describe('parsePast', () => {
  test.each([
    ['2h', 'UTC', '2026-04-02T08:30:00.000Z'],
    ['yesterday', 'Europe/Berlin', '2026-03-31T22:00:00.000Z'],
    ['2026-04-02', 'UTC', '2026-04-02T00:00:00.000Z'],
    ['2026-04-02T12:00', 'Europe/Berlin', '2026-04-02T10:00:00.000Z'],
    // As a table prints it.
    ['2026-04-02 12:00', 'Europe/Berlin', '2026-04-02T10:00:00.000Z'],
    ['2026-04-02T10:30:00Z', 'UTC', '2026-04-02T10:30:00.000Z'],
    // From a clock that is fast.
    ['2026-04-02T10:35:00Z', 'UTC', '2026-04-02T10:30:00.000Z'],
  ])('%s in %s', (text, zone, moment) => {
    expect(parsePast(text, { now, zone }).toISOString()).toBe(moment)
  })

  test.each([
    ['2026-04-02T10:35:01Z', 'in the future: "2026-04-02T10:35:01Z"'],
    ['2026-04-03', 'in the future: "2026-04-03"'],
    ['soon', 'not a moment: "soon"'],
    ['2026-04-01..2026-04-02', 'not a moment: "2026-04-01..2026-04-02"'],
    ['2026-04-31', 'no such day: "2026-04-31"'],
  ])('refuses %s', (text, message) => {
    expect(() => parsePast(text, { now, zone: 'UTC' })).toThrow(expect.objectContaining({ message }))
  })
})

test('a range is no beginning', () => {
  expect(() => parseStart('2026-01-01..2026-02-01', { now, zone: 'UTC' })).toThrow(
    'a range, not a beginning: "2026-01-01..2026-02-01"',
  )
})

describe('parseWindow', () => {
  test.each([
    ['7d', 'UTC', '2026-03-26T10:30:00.000Z', null],
    ['2w', 'UTC', '2026-03-19T10:30:00.000Z', null],
    ['12H', 'UTC', '2026-04-01T22:30:00.000Z', null],
    // Seven days ago by the clock on the wall in Berlin, where one of them had 23 hours.
    ['7d', 'Europe/Berlin', '2026-03-26T11:30:00.000Z', null],
    ['6mo', 'UTC', '2025-10-02T10:30:00.000Z', null],
    ['1y', 'UTC', '2025-04-02T10:30:00.000Z', null],
    ['2026', 'UTC', '2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
    ['2022-Q1', 'UTC', '2022-01-01T00:00:00.000Z', '2022-04-01T00:00:00.000Z'],
    ['2022q4', 'Europe/Berlin', '2022-09-30T22:00:00.000Z', '2022-12-31T23:00:00.000Z'],
    ['2021-Q4..2022-Q2', 'UTC', '2021-10-01T00:00:00.000Z', '2022-07-01T00:00:00.000Z'],
    ['2024-02', 'Europe/Berlin', '2024-01-31T23:00:00.000Z', '2024-02-29T23:00:00.000Z'],
    ['2026-01-10..2026-01', 'UTC', '2026-01-10T00:00:00.000Z', '2026-02-01T00:00:00.000Z'],
    ['yesterday', 'UTC', '2026-04-01T00:00:00.000Z', '2026-04-02T00:00:00.000Z'],
    ['Today', 'Europe/Berlin', '2026-04-01T22:00:00.000Z', '2026-04-02T22:00:00.000Z'],
    // Now is a Thursday: the last one was a week ago, and Friday came after it.
    ['thursday', 'UTC', '2026-03-26T00:00:00.000Z', '2026-03-27T00:00:00.000Z'],
    ['friday', 'UTC', '2026-03-27T00:00:00.000Z', '2026-03-28T00:00:00.000Z'],
    ['monday..yesterday', 'UTC', '2026-03-30T00:00:00.000Z', '2026-04-02T00:00:00.000Z'],
    ['2w..7d', 'UTC', '2026-03-19T10:30:00.000Z', '2026-03-26T10:30:00.000Z'],
    ['2026-03-31T12:00Z..', 'UTC', '2026-03-31T12:00:00.000Z', null],
    ['2026-01-31', 'UTC', '2026-01-31T00:00:00.000Z', '2026-02-01T00:00:00.000Z'],
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ['2026-01-01..2026-02-01', 'UTC', '2026-01-01T00:00:00.000Z', '2026-02-02T00:00:00.000Z'],
    [' 2026-01-01 .. 2026-01-01 ', 'UTC', '2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'],
    ['2026-01-01..', 'America/New_York', '2026-01-01T05:00:00.000Z', null],
    ['..2026-02-01', 'America/New_York', null, '2026-02-02T05:00:00.000Z'],
    // Midnight is skipped in São Paulo, and happens twice in Havana.
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z', '2018-11-05T02:00:00.000Z'],
    ['2025-11-02', 'America/Havana', '2025-11-02T04:00:00.000Z', '2025-11-03T05:00:00.000Z'],
  ])('%s in %s', (text, zone, from, to) => {
    const window = parseWindow(text, { now, zone })
    expect([window.from?.toISOString() ?? null, window.to?.toISOString() ?? null]).toEqual([from, to])
  })

  test.each([
    ['', 'not a period: ""'],
    ['..', 'not a period: ".."'],
    ['tomorrow', 'not a period: "tomorrow"'],
    ['today..yesterday', 'the range ends before it begins: "today..yesterday"'],
    ['2026-1-1', 'not a period: "2026-1-1"'],
    ['2026-01-01..2026-01-02..2026-01-03', 'not a period: "2026-01-01..2026-01-02..2026-01-03"'],
    ['2026-02-30', 'no such day: "2026-02-30"'],
    ['0000-01-01', 'no such day: "0000-01-01"'],
    ['2022-13', 'no such month: "2022-13"'],
    ['2022-1', 'not a period: "2022-1"'],
    ['2022-Q5', 'no such quarter: "2022-Q5"'],
    ['2022-Q0', 'no such quarter: "2022-Q0"'],
    ['2022-Q', 'not a period: "2022-Q"'],
    ['2022-W05', 'not a period: "2022-W05"'],
    ['0000', 'no such year: "0000"'],
    ['9999y', 'too long ago: "9999y"'],
    ['2026-02..2026-01', 'the range ends before it begins: "2026-02..2026-01"'],
    ['3m', 'not a duration: "3m"'],
    ['0d', 'not a duration: "0d"'],
    ['99999d', 'not a duration: "99999d"'],
    ['2026-02-02..2026-02-01', 'the range ends before it begins: "2026-02-02..2026-02-01"'],
  ])('rejects "%s"', (text, message) => {
    const error: unknown = expect.objectContaining({
      code: 'INVALID_VALUE',
      message,
      hint: expect.any(String) as string,
    })
    expect(() => parseWindow(text, { now, zone: 'UTC' })).toThrow(error)
  })

  const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/Havana', 'Asia/Kathmandu', 'Pacific/Apia')
  const instant = fc.date({ min: new Date('1990-01-01'), max: new Date('2035-01-01'), noInvalidDate: true })

  test('every instant is in the window of its own day, and only there', () => {
    fc.assert(
      fc.property(instant, zone, (date, zone) => {
        const day = DateTime.fromJSDate(date, { zone })
        expect(contains(day.toISODate(), date, zone)).toBe(true)
        expect(contains(day.minus({ days: 1 }).toISODate(), date, zone)).toBe(false)
        expect(contains(day.plus({ days: 1 }).toISODate(), date, zone)).toBe(false)
      }),
    )
  })

  test('a day that a zone skipped is an empty window, not an error', () => {
    const { from, to } = parseWindow('2011-12-30', { now, zone: 'Pacific/Apia' })
    expect(from).toEqual(to)
  })

  test('a range is the days it names, joined without gap or overlap', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 400 }), zone, (date, days, zone) => {
        const first = DateTime.fromJSDate(date, { zone: 'utc' })
        const [a, b] = [first.toISODate() ?? '', first.plus({ days }).toISODate() ?? '']
        const next = first.plus({ days: days + 1 }).toISODate() ?? ''
        const range = parseWindow(`${a}..${b}`, { now, zone })
        expect(range.from).toEqual(parseWindow(a, { now, zone }).from)
        expect(range.to).toEqual(parseWindow(b, { now, zone }).to)
        expect(range.to).toEqual(parseWindow(next, { now, zone }).from)
      }),
    )
  })
})

test('durations are calendar units', () => {
  expect(parseDuration('2w').toObject()).toEqual({ weeks: 2 })
  expect(parseDuration(' 36h ').toObject()).toEqual({ hours: 36 })
})

test('a zone is an IANA name', () => {
  expect(requireZone('Europe/Berlin')).toBe('Europe/Berlin')
  expect(requireZone('UTC')).toBe('UTC')
  expect(() => requireZone('Europe/Berln')).toThrow(
    expect.objectContaining({ code: 'INVALID_VALUE', reason: 'did you mean "Europe/Berlin"?' }),
  )
})

test('months and days begin in UTC', () => {
  const date = new Date('2024-01-31T23:59:59.999Z')
  expect(monthStart(date)).toEqual(new Date('2024-01-01T00:00:00Z'))
  expect(utcDay(date)).toEqual(new Date('2024-01-31T00:00:00Z'))
  expect(addMonths(monthStart(date), -1)).toEqual(new Date('2023-12-01T00:00:00Z'))
  expect(addMonths(utcDay(date), 1)).toEqual(new Date('2024-02-29T00:00:00Z'))
})

function contains(day: string | null, date: Date, zone: string): boolean {
  const { from, to } = parseWindow(day ?? '', { now, zone })
  return from !== null && to !== null && from <= date && date < to
}
