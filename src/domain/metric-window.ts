import { DateTime } from 'luxon'
import { CtoError, UsageError } from '../errors.js'
import type { Period } from './period.js'
import { parseDuration, parseWindow } from './time.js'

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
  const from = since === undefined ? before(end.to, days, zone) : beginning(since, { now: end.to, zone })
  if (from >= end.to)
    throw refusal(since ?? '', 'the window ends before it begins', 'choose an earlier --since')
  return { window: { from, to: end.to }, asOf: end.asOf, past: end.to < now }
}

/** Parses a day, which means its end, or a moment. `to` is the first moment after it. @throws CtoError INVALID_VALUE */
export function momentOf(text: string, { now, zone }: { now: Date; zone: string }): { to: Date; asOf: Date } {
  const trimmed = text.trim()
  if (/^\d{4}-\d{2}-\d{2}$/.test(trimmed)) {
    const { from, to } = parseWindow(trimmed, { now, zone })
    if (from === null || to === null || from > now) throw future(text)
    const end = to < now ? to : now
    return { to: end, asOf: end }
  }
  const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(trimmed) ? DateTime.fromISO(trimmed, { zone }) : null
  if (!moment?.isValid) {
    throw refusal(text, 'not a day or a moment', 'write 2026-08-31 or 2026-08-31T17:00:00Z')
  }
  const asOf = moment.toJSDate()
  if (asOf > now) throw future(text)
  return asOf < now ? { to: new Date(asOf.getTime() + 1), asOf } : { to: now, asOf: now }
}

/** The finest unit of which a window has few enough to be read: days of two weeks, weeks of half a year, else months. */
export function periodUnit({ from, to }: Period): 'day' | 'week' | 'month' {
  const days = (to.getTime() - from.getTime()) / 86_400_000
  return days <= 14 ? 'day' : days <= 190 ? 'week' : 'month'
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

function whole(window: { from: Date | null; to: Date | null }, text: string, now: Date): MetricWindow {
  if (window.from === null) throw refusal(text, 'no beginning', 'write 2026-08-01..2026-08-31')
  if (window.from >= now) throw future(text)
  const to = window.to === null || window.to > now ? now : window.to
  return { window: { from: window.from, to }, asOf: to, past: to < now }
}

function beginning(since: string, { now, zone }: { now: Date; zone: string }): Date {
  if (/^\d+[a-z]$/i.test(since.trim())) {
    return DateTime.fromJSDate(now, { zone }).minus(parseDuration(since)).toJSDate()
  }
  const { from } = parseWindow(since, { now, zone })
  if (from === null) throw refusal(since, 'no beginning', 'write 30d or 2026-08-01')
  return from
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
