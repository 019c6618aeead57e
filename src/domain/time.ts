import { DateTime, Duration } from 'luxon'

import { CtoError } from '../errors.js'

/** Half-open `[from, to)`; null is an open end. */
export interface Window {
  from: Date | null
  to: Date | null
}

const units = { h: 'hours', d: 'days', w: 'weeks' } as const

/** `12h`, `7d` or `2w`. Days and weeks are calendar days, which are not always 24 hours. Throws INVALID_VALUE. */
export function parseDuration(text: string): Duration {
  const [, amount, unit] = /^([1-9]\d{0,3})([hdw])$/.exec(text.trim().toLowerCase()) ?? []
  if (amount === undefined) {
    throw refusal(text, 'not a duration', 'write 12h, 7d or 2w (hours, days, weeks), at most four digits')
  }
  return Duration.fromObject({ [units[unit as keyof typeof units]]: Number(amount) })
}

/**
 * `7d` (from then on), `2026-01-31` (that day) or `2026-01-01..2026-02-01` (both days included, either end
 * optional), with the days of `zone`. Throws INVALID_VALUE.
 */
export function parseWindow(text: string, { now, zone }: { now: Date; zone: string }): Window {
  const trimmed = text.trim()
  if (/^\d+[a-z]$/i.test(trimmed)) {
    const start = DateTime.fromJSDate(now, { zone }).minus(parseDuration(trimmed))
    return { from: start.toJSDate(), to: null }
  }

  const [first = '', last = first, ...rest] = trimmed.split('..').map((end) => end.trim())
  if (rest.length > 0 || (first === '' && last === '')) throw notWindow(text)
  const firstDay = first === '' ? null : parseDay(first, text)
  const lastDay = last === '' ? null : parseDay(last, text)
  // Days are compared, not instants: a day that a zone skipped is an empty window.
  if (firstDay && lastDay && firstDay > lastDay) {
    throw refusal(text, 'the range ends before it begins', `did you mean ${last}..${first}?`)
  }
  return {
    from: firstDay && dayStart(firstDay, zone),
    to: lastDay && dayStart(lastDay.plus({ days: 1 }), zone),
  }
}

/** The first moment of the month, in UTC. */
export function monthStart(date: Date): Date {
  return DateTime.fromJSDate(date, { zone: 'utc' }).startOf('month').toJSDate()
}

/** Adds calendar months (or subtracts), in UTC; the 31st becomes the last day of a shorter month. */
export function addMonths(date: Date, months: number): Date {
  return DateTime.fromJSDate(date, { zone: 'utc' }).plus({ months }).toJSDate()
}

/** The first moment of the day, in UTC. */
export function utcDay(date: Date): Date {
  return DateTime.fromJSDate(date, { zone: 'utc' }).startOf('day').toJSDate()
}

/** A calendar day without a zone, held in UTC. */
function parseDay(text: string, whole: string): DateTime {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) throw notWindow(whole)
  const day = DateTime.fromISO(text, { zone: 'utc' })
  // Programs disagree on how to write year 0 and years of five digits.
  if (!day.isValid || day.year < 1 || day.year > 9998) {
    throw refusal(text, 'no such day', 'days are written YYYY-MM-DD')
  }
  return day
}

/** The first instant of a calendar day in a zone, also where midnight is skipped or happens twice. */
function dayStart(day: DateTime, zone: string): Date {
  const { year, month, day: dayOfMonth } = day
  const midnights = DateTime.fromObject({ year, month, day: dayOfMonth }, { zone }).getPossibleOffsets()
  return new Date(Math.min(...midnights.map((midnight) => midnight.toMillis())))
}

function notWindow(text: string): CtoError {
  return refusal(text, 'not a period', 'write 7d, 2w, 2026-01-31 or 2026-01-01..2026-02-01')
}

function refusal(text: string, what: string, hint: string): CtoError {
  return new CtoError('INVALID_VALUE', `${what}: "${text}"`, { hint })
}
