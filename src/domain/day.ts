import { required } from '../errors.js'

/**
 * Returns a function from moments to calendar days of a zone, as `2026-01-31`. It is fast for many moments: days are cached by
 * the quarter of an hour, since the clocks of every zone change only at one.
 */
export function dayReader(zone: string): (date: Date) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  const cached = new Map<number, string>()
  return (date) => {
    const quarter = Math.floor(date.getTime() / quarterMs)
    const day = cached.get(quarter) ?? dayIn(format, date)
    if (cached.size < mostCached) cached.set(quarter, day)
    return day
  }
}

export const quarterMs = 900_000
const mostCached = 50_000

function dayIn(format: Intl.DateTimeFormat, date: Date): string {
  const parts = new Map(format.formatToParts(date).map(({ type, value }) => [type, value]))
  const part = (type: 'year' | 'month' | 'day') => required(parts.get(type), `the ${type} of a date`)
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`
}
