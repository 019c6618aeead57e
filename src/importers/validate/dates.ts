import { DateTime } from 'luxon'

import { required } from '../../errors.js'
import { daySeconds } from '../../domain/duration.js'
import { fullYear } from './date-order.js'
import { monthNumber } from './months.js'
import { instantIn, type ToInstant } from './zone.js'

/** A format of times. A column has one; parts that vary (seconds, an offset) are optional. */
export interface DateFormat {
  /** For people and for `--date-format`. */
  name: string
  /** Milliseconds since 1970, or null for a text in another format. */
  read: (text: string, toInstant: ToInstant) => number | null
}

/** Whether a format reads a text as a local time: a day, or a time that names no zone. */
export function isLocalTime({ read }: DateFormat, text: string): boolean {
  return Number.isNaN(read(text, () => NaN))
}

/**
 * The text of a cell with a date, without invisible characters and with plain hyphens: Windows and Excel put marks of direction
 * into dates, and text programs replace hyphens.
 */
export function dateText(cell: string): string {
  const text = cell.trim()
  if (!/[\u200b-\u2069\u2212\ufeff]/.test(text)) return text
  return text
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .trim()
}

/** The date of a cell that begins with a name: of `Ann Lee Mar 1, 2024 9:15 AM`, the part from `Mar` on. */
export function withoutName(cell: string): string {
  if (cell.length > 2 * longestDate) return cell
  const [, month = '', rest = ''] = /\s(\p{L}{3,10})\.?(\s\d{1,2},?\s\d{4}.*)$/u.exec(cell) ?? []
  return monthNumber(month) === undefined ? cell : month + rest
}

/**
 * Whether numbers stand together as in a date or time; `3 days ago` and `yes` are neither, and a name before a date
 * (`Ann Lee Mar 1, 2024`) is in no format of dates.
 */
export function isLikeDate(text: string): boolean {
  const words = /^\D*/.exec(text)?.[0].match(/\p{L}+/gu) ?? []
  const isNamed = words.length > 2 && monthNumber(words.at(-1) ?? '') !== undefined
  return !isNamed && /\d\s?[-/.:年,]\s?\d|\d{4}/.test(text)
}

/** Longer texts are not dates, and are not matched with regular expressions. */
const longestDate = 64

const zonePart = String.raw`(z|(?:gmt|utc)[+-]\d{1,2}(?::?\d{2})?|[+-]\d{2}(?::?\d{2})?|[a-z]{3,4}|[a-z]+(?:\/[a-z_-]+){1,2})(?:\s+(?:gmt|utc|[a-z]{2,5}|\([^()]*\)))?(?:\[[a-z_/+-]+\])?`
const clockPart = String.raw`(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?(?:\s+uhr)?\s*([ap]\.?\s?m\.?(?![a-z]))?`
const timePart = String.raw`(?:(?:t|,?\s+(?:at\s+|um\s+|à\s+|a las\s+|kl\.?\s+)?)${clockPart}\s*(?:${zonePart})?)?`
const weekday = String.raw`(?:\p{L}{2,10}\.?,?\s+)?`
const month = String.raw`(\p{L}{3,10})`

type Part = 'year' | 'month' | 'day' | 'time' | 'zone'

/** The capturing groups of each part, in order. */
const widths: Readonly<Record<Part, number>> = { year: 1, month: 1, day: 1, time: 5, zone: 1 }

/** `order`: the parts that the pattern captures. */
function format(name: string, pattern: string, order: readonly Part[]): DateFormat {
  const expression = new RegExp(`^${pattern}$`, 'iu')
  const places = new Map<Part, number[]>()
  let group = 1
  for (const part of order) {
    places.set(part, [...(places.get(part) ?? []), group])
    group += widths[part]
  }
  const placeOf = (part: Part) => required(places.get(part)?.[0], 'the place of a part')
  const [year, month, day, time] = [placeOf('year'), placeOf('month'), placeOf('day'), placeOf('time')]
  const zones = places.get('zone') ?? []
  return {
    name,
    read: (text, toInstant) => {
      if (text.length > longestDate) return null
      const match = expression.exec(text)
      if (match === null) return null
      const part = (index: number) => required(match[index], 'the year, month or day of a match')
      const date = calendarDay(part(year), part(month), part(day))
      const clock = timeOfDay(match.slice(time, time + widths.time))
      if (date === null || clock === null) return null
      const zone = zones.map((place) => match[place]).find((found) => found !== undefined)
      return zone === undefined ? toInstant(date + clock) : instantIn(zone, date + clock, toInstant)
    },
  }
}

const dayFirst = ['day', 'month', 'year', 'time', 'zone'] as const
const yearFirst = ['year', 'month', 'day', 'time', 'zone'] as const
const monthFirst = ['month', 'day', 'year', 'time', 'zone'] as const

/** All formats, the more common first. Only dd/MM/yyyy, MM/dd/yyyy and yy/MM/dd can be confused. */
export const dateFormats: readonly DateFormat[] = [
  format(
    'iso',
    String.raw`(\d{4})(?:[-/.]\s?|年)(\d{1,2})(?:[-/.]\s?|月)(\d{1,2})[日.]?${timePart}`,
    yearFirst,
  ),
  format(
    'day month year',
    String.raw`${weekday}(\d{1,2})(?:st|nd|rd|th)?[\s/.-]+(?:de\s+)?${month}[\s/,.-]+(?:de\s+)?(\d{4}|\d{2})${timePart}`,
    dayFirst,
  ),
  format(
    'month day year',
    String.raw`${weekday}${month}\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4}|\d{2})${timePart}`,
    monthFirst,
  ),
  // As C, Java and git print it: `Fri Mar 1 09:15:00 2024 +0100`, `Fri Mar 01 09:15:00 CET 2024`.
  format(
    'month day time year',
    String.raw`${weekday}${month}\s+(\d{1,2})\s+${clockPart}\s+(?:${zonePart}\s+)?(\d{4})(?:\s+${zonePart})?`,
    ['month', 'day', 'time', 'zone', 'year', 'zone'],
  ),
  format('dd/MM/yyyy', String.raw`(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})${timePart}`, dayFirst),
  format('MM/dd/yyyy', String.raw`(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})${timePart}`, monthFirst),
  format('yy/MM/dd', String.raw`(\d{2})[-/](\d{1,2})[-/](\d{1,2})${timePart}`, yearFirst),
  {
    name: 'seconds since 1970',
    read: (text) => (/^\d{9,10}(?:\.\d{1,9})?$/.test(text) ? Math.round(Number(text) * 1000) : null),
  },
  {
    name: 'milliseconds since 1970',
    read: (text) => (/^\d{12,13}(?:\.\d{1,9})?$/.test(text) ? Math.round(Number(text)) : null),
  },
  { name: 'days since 1900', read: readSerial },
]

/**
 * The day that a text names in its own zone, as `2026-11-27`. Null for no date, for numbers other than those that programs
 * write for times of this century, and where day and month can be read in either order.
 */
export function dayIn(text: string): string | null {
  // An offset would move midnight to the day before.
  const named = text.replace(/(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)\s*(?:z|[+-]\d{2}:?\d{2})$/i, '$1')
  const times = dateFormats.flatMap(({ read }) => read(named, (local) => local) ?? [])
  const [day, ...others] = new Set(times.map((time) => new Date(time).toISOString().slice(0, 10)))
  if (day === undefined || others.length > 0) return null
  return /^\d+(?:[.,]\d+)?$/.test(text) && !day.startsWith('20') ? null : day
}

/** Excel's number of a day, with the time as its fraction: 45352.38. Five digits are a day from 1927 to 2173. */
function readSerial(text: string, toInstant: ToInstant): number | null {
  if (!/^[1-9]\d{4}(?:[.,]\d{1,12})?$/.test(text)) return null
  const seconds = Math.round((Number(text.replace(',', '.')) - serialOf1970) * daySeconds)
  return toInstant(seconds * 1000)
}

const serialOf1970 = 25_569

/** The format of `--date-format`: a name of the list above, or Luxon's tokens such as `dd.MM.yyyy HH:mm`. */
export function customDateFormat(pattern: string): DateFormat {
  const known = dateFormats.find(({ name }) => name.toLowerCase() === pattern.toLowerCase())
  if (known !== undefined) return known
  const parser = DateTime.buildFormatParser(pattern, { locale: 'en' })
  return {
    name: pattern,
    read: (text, toInstant) => {
      if (text.length > longestDate) return null
      const time = DateTime.fromFormatParser(text, parser, { locale: 'en', zone: 'utc', setZone: true })
      if (!time.isValid) return null
      return /[zZ]/.test(pattern) ? time.toMillis() : toInstant(time.toMillis())
    },
  }
}

/**
 * Whether a program wrote, for a missing date, the first or the last time that it can represent (year 0 or 1, the start of
 * 1970, the end of 9999), or a word that says that it has not come: `Unresolved`, `never`.
 */
export function isNoDate(text: string): boolean {
  return text === '0' || (mayBeNoDate.test(text) && noDate.test(text)) || noDateYet.test(text)
}

const noDateYet = /^(?:unresolved|not resolved|not yet|never|open|ongoing|tbd|\?)$/i

// Called for every date: the year excludes most.
const mayBeNoDate = /0000|0001|1970|9999/
const noDate =
  /^(?:0000-00-00.*|000[01]-01-01.*|0?1[/.]0?1[/.]000[01].*|9999-12-31.*|(?:31[/.]12|12[/.]31)[/.]9999.*|1970-01-01(?:[t ]00:00(?::00(?:\.0+)?)?(?:z|\s*\+00:?00)?)?)$/i

function calendarDay(yearText: string, monthText: string, dayText: string): number | null {
  const month = /^\d/.test(monthText) ? Number(monthText) : monthNumber(monthText)
  if (month === undefined) return null
  const day = Number(dayText)
  const year = yearText.length > 2 ? Number(yearText) : fullYear(Number(yearText))
  if (year < 1900 || year > 2199) return null
  const date = Date.UTC(year, month - 1, day)
  // 31/02 rolls over into March: a day that does not exist.
  return month >= 1 && month <= 12 && new Date(date).getUTCDate() === day ? date : null
}

function timeOfDay([hours, minutes, seconds, fraction, half]: (string | undefined)[]): number | null {
  if (hours === undefined) return 0
  let hour = Number(hours)
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return null
    hour = (hour % 12) + (half.toLowerCase().startsWith('p') ? 12 : 0)
  }
  const [minute, second] = [Number(minutes), Number(seconds ?? 0)]
  if (hour > 23 || minute > 59 || second > 59) return null
  const milliseconds = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'))
  return ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds
}
