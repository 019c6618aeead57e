import { isInCalendar } from './calendar-years.js'

/** The first moment, in UTC, of a month written as `2026-08`; null for any other text. */
export function monthNamed(text: string): Date | null {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return null
  const first = new Date(`${text}-01T00:00:00Z`)
  return isInCalendar(first.getUTCFullYear()) ? first : null
}
