import { DateTime } from 'luxon'
import { CtoError, UsageError, required } from '../errors.js'
import { dayMs } from './duration.js'
import type { Period } from './period.js'
import { isPoint, parsePoint, parseStart, parseWindow } from './time.js'

/** The values of the flags. */
export interface WindowFlags {
  /** `30d`, or the first day. */
  since?: string | undefined
  /** `2026-08-01..2026-08-31`, both days included. */
  between?: string | undefined
  /** A day, up to its end, or a moment, included. */
  asOf?: string | undefined
}

interface Clock {
  now: Date
  zone: string
  /** Default length of the window. */
  days: number
}

export interface MetricWindow {
  window: Period
  /** The moment at which bugs are evaluated. */
  asOf: Date
  /** The window ended before now, so history is needed. */
  past: boolean
}

/** The window that the flags set; it never extends into the future. @throws UsageError, CtoError INVALID_VALUE */
export function metricWindow(
  { since, between, asOf }: WindowFlags,
  { now, zone, days }: Clock,
): MetricWindow {
  if (between !== undefined) {
    if (since !== undefined || asOf !== undefined) {
      throw new UsageError('--between sets both ends: leave out --since and --as-of')
    }
    return whole(parseWindow(between, { now, zone }), between, now)
  }
  const end = asOf === undefined ? { to: now, asOf: now } : momentOf(asOf, { now, zone })
  const from = since === undefined ? before(end.to, days, zone) : parseStart(since, { now: end.to, zone })
  // The default window begins days before its end, so only --since can begin too late.
  if (from >= end.to)
    throw refusal(
      required(since, 'the --since of an empty window'),
      'the window ends before it begins',
      'choose an earlier --since',
    )
  return { window: { from, to: end.to }, asOf: end.asOf, past: end.to < now }
}

/**
 * Parses a day, month or year, which means its end, or a moment: `2026-08-31`, `2026-08`, `monday`, `7d` ago. `to` is the first moment after it.
 *
 * @throws CtoError INVALID_VALUE
 */
export function momentOf(text: string, clock: { now: Date; zone: string }): { to: Date; asOf: Date } {
  const { now } = clock
  const trimmed = text.trim()
  if (!isPoint(trimmed)) {
    const hint = 'write 7d, 1y, monday, yesterday, 2026-08, 2026-08-31 or 2026-08-31T17:00:00Z'
    throw refusal(text, 'not a day or a moment', hint)
  }
  const { from, to, days } = parsePoint(trimmed, clock)
  if (from > now) throw future(text)
  if (days !== null) return to < now ? { to, asOf: to } : { to: now, asOf: now }
  return from < now ? { to: new Date(from.getTime() + 1), asOf: from } : { to: now, asOf: now }
}

/** The finest unit of which a window has few enough to be read: days of two weeks, weeks of half a year, else months. */
export function periodUnit({ from, to }: Period): 'day' | 'week' | 'month' {
  const days = (to.getTime() - from.getTime()) / dayMs
  return days <= 14 ? 'day' : days <= 190 ? 'week' : 'month'
}

/** When the day, week (from Monday) or month of a moment begins. */
export function periodStart(moment: Date, unit: 'day' | 'week' | 'month', zone: string): Date {
  return DateTime.fromJSDate(moment, { zone }).startOf(unit).toJSDate()
}

/** The starts of the days, weeks (Mondays) or months of the zone that are in the window, and its two ends. */
export function periodBounds({ from, to }: Period, unit: 'day' | 'week' | 'month', zone: string): Date[] {
  const bounds = [from]
  let next = DateTime.fromJSDate(from, { zone })
    .startOf(unit)
    .plus({ [unit]: 1 })
    .startOf(unit)
  while (next.toJSDate() < to) {
    bounds.push(next.toJSDate())
    next = next.plus({ [unit]: 1 }).startOf(unit)
  }
  return [...bounds, to]
}

export interface NamedPeriod extends Period {
  name: string
}

/**
 * The days, weeks or months of the zone that the window touches, cut at its ends, with names: `2026-03-02` for a day and for
 * the week that begins on it, `2026-03` for a month.
 */
export function namedPeriods(window: Period, unit: 'day' | 'week' | 'month', zone: string): NamedPeriod[] {
  const bounds = periodBounds(window, unit, zone)
  return bounds.slice(0, -1).map((from, index) => {
    const first = DateTime.fromJSDate(from, { zone }).startOf(unit)
    const to = required(bounds[index + 1], 'the end of a period')
    return { from, to, name: first.toFormat(unit === 'month' ? 'yyyy-MM' : 'yyyy-MM-dd') }
  })
}

function whole(window: { from: Date | null; to: Date | null }, text: string, now: Date): MetricWindow {
  if (window.from === null) throw refusal(text, 'no beginning', 'write 2026-08-01..2026-08-31')
  if (window.from >= now) throw future(text)
  const to = window.to === null || window.to > now ? now : window.to
  return { window: { from: window.from, to }, asOf: to, past: to < now }
}

function before(moment: Date, days: number, zone: string): Date {
  return DateTime.fromJSDate(moment, { zone }).minus({ days }).toJSDate()
}

function future(text: string): CtoError {
  return refusal(text, 'in the future', 'name a day that has begun')
}

function refusal(text: string, what: string, hint: string): CtoError {
  return new CtoError('INVALID_VALUE', `${what}: "${text}"`, { hint })
}
