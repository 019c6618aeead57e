import { DateTime, Duration } from 'luxon'

import { CtoError } from '../errors.js'
import { calendarYears, isInCalendar } from './calendar-years.js'

/** Half-open `[from, to)`; null is an open end. */
export interface Window {
  from: Date | null
  to: Date | null
}

const units = { h: 'hours', d: 'days', w: 'weeks', mo: 'months', y: 'years' } as const

/** `12h`, `7d`, `2w`, `6mo` or `1y`; `m` is neither months nor minutes. Days are calendar days, which are not always 24 hours. Throws INVALID_VALUE. */
export function parseDuration(text: string): Duration {
  const [, amount, unit] = /^([1-9]\d{0,3})(h|d|w|mo|y)$/.exec(text.trim().toLowerCase()) ?? []
  if (amount === undefined) {
    throw refusal(text, 'not a duration', 'write 12h, 7d, 2w, 6mo or 1y, at most four digits')
  }
  return Duration.fromObject({ [units[unit as keyof typeof units]]: Number(amount) })
}

export interface Clock {
  now: Date
  /** IANA name. */
  zone: string
}

/**
 * A period: `7d` (from then on), `2026-01-31` or `monday` (that day), `2026-01`, `2026-Q1` or `2026` (that
 * month, quarter or year), `2026-01-01..yesterday` (both included, either end optional), with the days of `zone`. Throws INVALID_VALUE.
 */
export function parseWindow(text: string, clock: Clock): Window {
  const trimmed = text.trim()
  if (isDuration(trimmed)) return { from: parsePoint(trimmed, clock, text).from, to: null }
  const [first = '', last = first, ...rest] = trimmed.split('..').map((end) => end.trim())
  if (rest.length > 0 || (first === '' && last === '')) throw notPeriod(text)
  const from = first === '' ? null : parsePoint(first, clock, text)
  const to = last === '' ? null : parsePoint(last, clock, text)
  if (from && to && isAfter(from, to)) {
    throw refusal(text, 'the range ends before it begins', `did you mean ${last}..${first}?`)
  }
  return { from: from?.from ?? null, to: to?.to ?? null }
}

/** When a day begins, or the moment: what `--since` names. Throws INVALID_VALUE. */
export function parseStart(text: string, clock: Clock): Date {
  if (text.includes('..')) {
    throw refusal(text, 'a range, not a beginning', 'write 7d, 1y, monday, yesterday, 2026-01 or 2026-01-31')
  }
  return parsePoint(text.trim(), clock, text).from
}

/** Clocks of two machines differ by less. */
const clockSkewMs = 5 * 60_000

/**
 * When something that is recorded happened: the beginning of a day, or a moment. One that is a few minutes ahead is now, since it comes from
 * another clock. Throws INVALID_VALUE.
 */
export function parsePast(text: string, clock: Clock): Date {
  const { now } = clock
  if (!isPoint(text) || text.includes('..')) {
    throw refusal(text, 'not a moment', 'write 2h (ago), yesterday, 2026-08-31 or 2026-08-31T17:00:00Z')
  }
  const moment = parseStart(text, clock)
  if (moment.getTime() > now.getTime() + clockSkewMs) {
    throw refusal(text, 'in the future', 'name a moment that has passed')
  }
  return moment < now ? moment : now
}

/** A day, month, quarter, year or moment, itself included, as half-open `[from, to)`. */
export interface Point {
  from: Date
  to: Date
  /** Null for a moment. */
  days: CalendarDays | null
}

/** The first and the last calendar day, held in UTC. */
interface CalendarDays {
  first: DateTime
  last: DateTime
}

/** Whether the text is written as a day, month, quarter, year or moment, if a wrong one: `2026-13`, `2026-q5`. */
export function isPoint(text: string): boolean {
  const word = text.trim().toLowerCase()
  return (
    isDuration(word) ||
    word === 'now' ||
    dayWords.includes(word) ||
    /^\d{4}(-\d{2}-\d{2}|(-?[qw]?\d{1,2}){0,2}$)/.test(word)
  )
}

/**
 * `2026-01-31`, `2026-01`, `2026-Q1`, `2026`, `2026-01-31T17:00Z`, `7d` (ago), `now`, `today`, `yesterday`, or a day of the week, which means the last one
 * before today. `whole` is the text that an error quotes. Throws INVALID_VALUE.
 */
export function parsePoint(text: string, { now, zone }: Clock, whole = text): Point {
  const word = text.toLowerCase()
  const local = DateTime.fromJSDate(now, { zone })
  if (word === 'now') return at(now)
  if (isDuration(text)) {
    const from = local.minus(parseDuration(text))
    if (!isInCalendar(from.year)) throw refusal(text, 'too long ago', calendarYears)
    return { from: from.toJSDate(), to: from.toJSDate(), days: null }
  }
  if (/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/i.test(text)) {
    const moment = DateTime.fromISO(text.toUpperCase().replace(' ', 'T'), { zone })
    if (!moment.isValid || !isInCalendar(moment.year))
      throw refusal(text, 'no such moment', 'write 2026-08-31T17:00:00Z')
    return at(moment.toJSDate())
  }
  const back = dayWords.indexOf(word)
  const days = back < 0 ? parseDays(text, whole) : oneDay(local.minus({ days: daysBack(word, local) }))
  return { from: dayStart(days.first, zone), to: dayStart(days.last.plus({ days: 1 }), zone), days }
}

function at(moment: Date): Point {
  return { from: moment, to: new Date(moment.getTime() + 1), days: null }
}

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const dayWords = ['today', 'yesterday', ...weekdays]

function daysBack(word: string, today: DateTime): number {
  if (word === 'today') return 0
  if (word === 'yesterday') return 1
  return ((today.weekday - (weekdays.indexOf(word) + 1) + 6) % 7) + 1
}

/** The calendar day of a moment, held in UTC. */
function oneDay({ year, month, day }: DateTime): CalendarDays {
  const only = DateTime.fromObject({ year, month, day }, { zone: 'utc' })
  return { first: only, last: only }
}

function isDuration(text: string): boolean {
  return /^\d+[a-z]{1,2}$/i.test(text)
}

/** Days are compared, not instants: a window of one that a zone skipped has no instant in it. */
function isAfter(from: Point, to: Point): boolean {
  return from.days && to.days ? from.days.first > to.days.last : from.from > to.to
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

/** The days of a calendar day, month, quarter or year without a zone. */
function parseDays(text: string, whole: string): CalendarDays {
  const [, quarterYear, quarter] = /^(\d{4})-?q(\d)$/i.exec(text) ?? []
  if (quarterYear !== undefined) {
    const first = DateTime.utc(Number(quarterYear), Number(quarter) * 3 - 2)
    return calendarDays(text, first, 'quarter')
  }
  const [match, month, day] = /^\d{4}(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text) ?? []
  if (match === undefined) throw notPeriod(whole)
  const unit = day !== undefined ? 'day' : month !== undefined ? 'month' : 'year'
  return calendarDays(text, DateTime.fromISO(text, { zone: 'utc' }), unit)
}

function calendarDays(text: string, first: DateTime, unit: keyof typeof written): CalendarDays {
  if (!first.isValid || !isInCalendar(first.year))
    throw refusal(text, `no such ${unit}`, `${written[unit]}; ${calendarYears}`)
  return { first, last: first.endOf(unit).startOf('day') }
}

const written = {
  day: 'days are written YYYY-MM-DD',
  month: 'months are written YYYY-MM',
  quarter: 'quarters are written YYYY-Q1 to YYYY-Q4',
  year: 'years are written YYYY',
}

/** The first instant of a calendar day in a zone, also where midnight is skipped or happens twice. */
function dayStart(day: DateTime, zone: string): Date {
  const { year, month, day: dayOfMonth } = day
  const midnights = DateTime.fromObject({ year, month, day: dayOfMonth }, { zone }).getPossibleOffsets()
  return new Date(Math.min(...midnights.map((midnight) => midnight.toMillis())))
}

function notPeriod(text: string): CtoError {
  return refusal(
    text,
    'not a period',
    'write 7d, 1y, monday, yesterday, 2026-01, 2026-01-31 or 2026-01-01..2026-02-01',
  )
}

function refusal(text: string, what: string, hint: string): CtoError {
  return new CtoError('INVALID_VALUE', `${what}: "${text}"`, { hint })
}
