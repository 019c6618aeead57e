import { IANAZone } from 'luxon'

/** Finds the instant of a local time. `local` is that time as if in UTC, in milliseconds. */
export type ToInstant = (local: number) => number

const day = 86_400_000

/**
 * Local times of an IANA zone. A time that a clock change skips uses the offset before the change; of one that
 * occurs twice the earlier is used.
 */
export function localTimes(zone: string): ToInstant {
  if (/^(?:etc\/)?(?:utc|gmt)$/i.test(zone)) return (local) => local
  const iana = IANAZone.create(zone)
  const offsetAt = (instant: number): number => iana.offset(instant) * 60_000

  // Computing an offset takes microseconds, and a column has 100,000 times but few days.
  const ofDay = new Map<number, number>()
  const offsetOfDay = (number: number): number => {
    const offset = ofDay.get(number) ?? offsetAt(number * day)
    ofDay.set(number, offset)
    return offset
  }

  return (local) => {
    // No zone is more than a day from UTC, so only the offsets on both sides can apply.
    const before = offsetOfDay(Math.floor(local / day) - 1)
    const after = offsetOfDay(Math.floor(local / day) + 2)
    const early = local - before
    if (before === after || offsetAt(early) === before) return early
    const late = local - after
    return offsetAt(late) === after ? late : early
  }
}
