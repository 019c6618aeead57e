import { dayMs } from './duration.js'

/** Days of UTC, both included, each as its midnight; of months, the first days. */
export interface DaySpan {
  first: Date
  last: Date
}

/** The last days up to that of `now`. */
export function lastDays(now: Date, count: number): DaySpan {
  const last = new Date(now.toISOString().slice(0, 'yyyy-mm-dd'.length))
  return { first: new Date(last.getTime() - (count - 1) * dayMs), last }
}

/** The last months up to that of `now`. */
export function lastMonths(now: Date, count: number): DaySpan {
  const monthBefore = (months: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months))
  return { first: monthBefore(count - 1), last: monthBefore(0) }
}
