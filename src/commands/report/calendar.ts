import { minuteIn } from '../../output/field.js'

/** Days of a zone, as a report writes them. */
export interface Calendar {
  /** `2026-01-31` */
  day(date: Date): string
  /** `31 Jan`, for an axis. */
  short(date: Date): string
  /** `2026-01-31 17:20` */
  minute(date: Date): string
}

export function calendarOf(timeZone: string): Calendar {
  // Swedish writes days as ISO 8601 does.
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone })
  const short = new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'short' })
  return {
    day: (date) => day.format(date),
    short: (date) => short.format(date),
    minute: (date) => minuteIn(timeZone, date),
  }
}
