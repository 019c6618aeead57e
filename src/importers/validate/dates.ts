import { DateTime } from 'luxon'

import { required } from '../../errors.js'
import { monthNumber } from './months.js'
import type { ToInstant } from './zone.js'

/** A format of times. A column has one; parts that vary (seconds, an offset) are optional. */
export interface DateFormat {
  /** For people and for `--date-format`. */
  name: string
  /** Milliseconds since 1970, or null for a text in another format. */
  read: (text: string, toInstant: ToInstant) => number | null
}

/** Longer texts are not dates, and are not matched with regular expressions. */
const longestDate = 64

const zonePart = String.raw`(z|(?:gmt|utc)?[+-]\d{2}:?(?:\d{2})?|gmt|utc|[ecmp][sd]t)(?:\s+(?:gmt|utc|[a-z]{2,5}|\([^()]*\)))?`
const timePart = String.raw`(?:(?:t|,?\s+(?:at\s+|um\s+|à\s+|a las\s+)?)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([ap]\.?\s?m\.?)?\s*(?:${zonePart})?)?`
const weekday = String.raw`(?:\p{L}{2,10}\.?,?\s+)?`
const month = String.raw`(\p{L}{3,10})`

type Field = 'year' | 'month' | 'day'

function format(
  name: string,
  pattern: string,
  order: readonly [Field, Field, Field],
  end = timePart,
): DateFormat {
  const expression = new RegExp(`^${pattern}${end}$`, 'iu')
  const [year, month, day] = [order.indexOf('year') + 1, order.indexOf('month') + 1, order.indexOf('day') + 1]
  return {
    name,
    read: (text, toInstant) => {
      if (text.length > longestDate) return null
      const match = expression.exec(text)
      if (match === null) return null
      const group = (index: number) => required(match[index], 'the year, month or day of a match')
      const date = calendarDay(group(year), group(month), group(day))
      const time = timeOfDay(match.slice(4, 9))
      if (date === null || time === null) return null
      return match[9] === undefined ? toInstant(date + time) : date + time - offsetOf(match[9])
    },
  }
}

/** All formats, the more common first. Only dmy and mdy can be confused. */
export const dateFormats: readonly DateFormat[] = [
  format('iso', String.raw`(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})`, ['year', 'month', 'day']),
  format(
    'day month year',
    String.raw`${weekday}(\d{1,2})(?:st|nd|rd|th)?[\s/.-]+(?:de\s+)?${month}[\s/,.-]+(?:de\s+)?(\d{4}|\d{2})`,
    ['day', 'month', 'year'],
  ),
  format('month day year', String.raw`${weekday}${month}\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4}|\d{2})`, [
    'month',
    'day',
    'year',
  ]),
  format('dd/MM/yyyy', String.raw`(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})`, ['day', 'month', 'year']),
  format('MM/dd/yyyy', String.raw`(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})`, ['month', 'day', 'year']),
  { name: 'seconds since 1970', read: (text) => (/^\d{9,10}$/.test(text) ? Number(text) * 1000 : null) },
  { name: 'milliseconds since 1970', read: (text) => (/^\d{12,13}$/.test(text) ? Number(text) : null) },
]

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

/** Whether a program wrote the start of its epoch for a missing date. */
export function isNoDate(text: string): boolean {
  return text === '0' || text.startsWith('0000-00-00')
}

/** Whether day and month can be read in either order, with different results. */
export function isEitherOrder(text: string): boolean {
  const [, first, second] = /^(\d{1,2})[-/](\d{1,2})[-/](?:\d{4}|\d{2})(?!\d)/.exec(text) ?? []
  return first !== undefined && first !== second
}

function calendarDay(yearText: string, monthText: string, dayText: string): number | null {
  const month = /^\d/.test(monthText) ? Number(monthText) : monthNumber(monthText)
  if (month === undefined) return null
  const day = Number(dayText)
  const year =
    yearText.length > 2 ? Number(yearText) : Number(yearText) + (Number(yearText) < 70 ? 2000 : 1900)
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

/** Hours from UTC of the zone names that RFC 822 defines; other abbreviations are ambiguous. */
const namedOffsets: Readonly<Record<string, number>> = {
  z: 0,
  utc: 0,
  gmt: 0,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
}

function offsetOf(zone: string): number {
  const named = namedOffsets[zone.toLowerCase()]
  if (named !== undefined) return named * 3_600_000
  const [, sign, hours, minutes] = /([+-])(\d{2}):?(\d{2})?/.exec(zone) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes ?? 0)) * 60_000
}
