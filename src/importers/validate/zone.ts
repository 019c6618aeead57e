import { IANAZone } from 'luxon'

import { dayMs, hourMs, minuteMs } from '../../domain/duration.js'
import { detached } from '../spelling.js'

/** Finds the instant of a local time. `local` is that time as if in UTC, in milliseconds. */
export type ToInstant = (local: number) => number

/**
 * Local times of an IANA zone. A time that a clock change skips uses the offset before the change; of one that
 * occurs twice the earlier is used.
 */
export function localTimes(zone: string): ToInstant {
  if (/^(?:etc\/)?(?:utc|gmt)$/i.test(zone)) return (local) => local
  const iana = IANAZone.create(zone)
  const offsetAt = (instant: number): number => iana.offset(instant) * minuteMs

  // Computing an offset takes microseconds, and a column has 100,000 times but few days.
  const ofDay = new Map<number, number>()
  const offsetOfDay = (number: number): number => {
    const offset = ofDay.get(number) ?? offsetAt(number * dayMs)
    ofDay.set(number, offset)
    return offset
  }

  return (local) => {
    // No zone is more than a day from UTC, so only the offsets on both sides can apply.
    const before = offsetOfDay(Math.floor(local / dayMs) - 1)
    const after = offsetOfDay(Math.floor(local / dayMs) + 2)
    const early = local - before
    if (before === after || offsetAt(early) === before) return early
    const late = local - after
    return offsetAt(late) === after ? late : early
  }
}

/** Hours from UTC of the abbreviations of zones: those of RFC 822, and those that one zone alone has. */
const offsetsByName: Readonly<Record<string, number>> = {
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
  akst: -9,
  akdt: -8,
  hst: -10,
  brt: -3,
  wet: 0,
  west: 1,
  cet: 1,
  mez: 1,
  cest: 2,
  mesz: 2,
  eet: 2,
  eest: 3,
  sast: 2,
  msk: 3,
  pkt: 5,
  hkt: 8,
  sgt: 8,
  awst: 8,
  jst: 9,
  kst: 9,
  acst: 9.5,
  acdt: 10.5,
  aest: 10,
  aedt: 11,
  nzst: 12,
  nzdt: 13,
}

/** Abbreviations of several zones: their offsets, and the most likely zone. */
const sharedNames: Readonly<Record<string, { offsets: readonly number[]; example: string }>> = {
  bst: { offsets: [1, 6], example: 'Europe/London' },
  ist: { offsets: [5.5, 1, 2], example: 'Asia/Kolkata' },
  ast: { offsets: [-4, 3], example: 'America/Halifax' },
}

/**
 * The instant of a local time in the zone of a text: an offset, an abbreviation or an IANA name. Null for an unknown zone,
 * and for an abbreviation that several zones share unless `toInstant` is of one of them.
 */
export function instantIn(zone: string, local: number, toInstant: ToInstant): number | null {
  const name = zone.toLowerCase()
  const offset = offsetsByName[name]
  if (offset !== undefined) return local - offset * hourMs
  const shared = sharedNames[name]
  if (shared !== undefined) {
    const instant = toInstant(local)
    return shared.offsets.includes((local - instant) / hourMs) ? instant : null
  }
  const [, sign, hours, minutes = '0'] = /([+-])(\d{1,2}?):?(\d{2})?$/.exec(zone) ?? []
  if (sign !== undefined)
    return local - (sign === '-' ? -1 : 1) * (Number(hours) * hourMs + Number(minutes) * minuteMs)
  return timesOf(zone)?.(local) ?? null
}

/** Local times of a zone that a column names, `-05:00`; null for an unknown one. */
export function timesAt(zone: string, toInstant: ToInstant): ToInstant | null {
  if (instantIn(zone, 0, toInstant) === null) return null
  return (local) => instantIn(zone, local, toInstant) ?? toInstant(local)
}

/** The flag for a time whose zone is an abbreviation that several zones share. */
export function sharedZoneFix(text: string): string | undefined {
  const name = /\b([a-z]{3})(?:\s+\d{4})?$/i.exec(text.slice(-14))?.[1]?.toLowerCase() ?? ''
  const shared = sharedNames[name]
  return shared && `--tz ${shared.example}, if ${name.toUpperCase()} is the time there`
}

const zones = new Map<string, ToInstant | null>()

/** Null if there is no such zone. */
function timesOf(zone: string): ToInstant | null {
  const known = zones.get(zone)
  if (known !== undefined) return known
  const times = IANAZone.isValidZone(zone) ? localTimes(zone) : null
  // A source usually has few zones; the limit bounds memory for one with very many.
  if (zones.size < 1000) zones.set(detached(zone), times)
  return times
}
