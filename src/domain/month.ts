import { CtoError } from '../errors.js'
import { isInCalendar } from './calendar-years.js'

/** The first moment, in UTC, of a month written as `2026-08`; null for any other text. */
export function monthNamed(text: string): Date | null {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return null
  const first = new Date(`${text}-01T00:00:00Z`)
  return isInCalendar(first.getUTCFullYear()) ? first : null
}

/** No more months are named at once. */
export const mostMonths = 600

/**
 * The months of `2026-08`, `2026-Q3`, `2026` or `2026-01..2026-06` (both included), each as its first moment in UTC.
 *
 * @throws CtoError INVALID_VALUE
 */
export function monthsNamed(text: string): Date[] {
  const [first, last = first, ...rest] = text.split('..').map((end) => spanOf(end.trim()))
  if (!first || !last || rest.length > 0)
    throw refusal(`"${text}" is not a month`, 'write it like 2026-08, 2026-Q3 or 2026-01..2026-08')
  const count = last.to - first.from + 1
  if (count < 1) throw refusal(`the range ends before it begins: "${text}"`, 'write the earlier month first')
  if (count > mostMonths) throw refusal(`"${text}" is longer than ${mostMonths} months`, 'name fewer')
  return Array.from({ length: count }, (_, index) => {
    const number = first.from + index
    return new Date(Date.UTC(Math.floor(number / 12), number % 12))
  })
}

/** Months such as `2026-08-01` or `2026-08`, sorted, those in succession as a range: `2026-01..2026-08`. */
export function monthSpans(months: readonly string[]): string[] {
  const spans: { first: string; last: string }[] = []
  for (const month of months.map((each) => each.slice(0, 'yyyy-mm'.length)).sort()) {
    const span = spans.at(-1)
    if (span !== undefined && numberOf(month) <= numberOf(span.last) + 1) span.last = month
    else spans.push({ first: month, last: month })
  }
  return spans.map(({ first, last }) => (first === last ? first : `${first}..${last}`))
}

/** `--month 2026-01..2026-08 --month 2026-10` of `metrics snapshot`. */
export function monthFlags(months: readonly string[]): string {
  return monthSpans(months)
    .map((span) => `--month ${span}`)
    .join(' ')
}

/** The first and the last month of one month, a quarter or a year, each as the months since the year 0. */
function spanOf(text: string): { from: number; to: number } | null {
  const [, year, month, quarter] = /^(\d{4})(?:-(0[1-9]|1[0-2])|-?q([1-4]))?$/i.exec(text) ?? []
  if (year === undefined || !isInCalendar(Number(year))) return null
  const january = Number(year) * 12
  if (month !== undefined) return { from: january + Number(month) - 1, to: january + Number(month) - 1 }
  if (quarter === undefined) return { from: january, to: january + 11 }
  return { from: january + Number(quarter) * 3 - 3, to: january + Number(quarter) * 3 - 1 }
}

/** Of `2026-08`. */
function numberOf(month: string): number {
  const [year, ofYear] = month.split('-')
  return Number(year) * 12 + Number(ofYear) - 1
}

function refusal(message: string, hint: string): CtoError {
  return new CtoError('INVALID_VALUE', message, { hint })
}
