import { hash } from 'node:crypto'
import { canonicalJson } from './canonical-json.js'

/*
 * Facts are merged field by field: of everything that sources reported about a field, the report with the greatest stamp
 * counts. The merge is commutative, associative and idempotent, so neither order nor repetition of the reports matters.
 */

export type FactValue = string | number | boolean | Date | readonly string[] | null

/** What is known of a fact: the values of its fields, and for each the stamp of the report that gave it. */
export interface Seen {
  readonly values: Readonly<Record<string, FactValue>>
  readonly stamps: Readonly<Record<string, string>>
}

export interface Report {
  /** Reports of a higher rank count, however old: a final state, a full source against a stub. One digit. */
  rank: number
  /** The moment at which the source had these values. */
  at: Date
  /** Of equal rank, the earliest report counts, not the latest. */
  earliest?: boolean
}

export const nothingSeen: Seen = { values: {}, stamps: {} }

/** More than any date in milliseconds. */
const lastMoment = 8.64e15

const digestLength = 12

/**
 * One report on a group of fields that a source gives together. A field that is undefined was not reported; null reports
 * that there is none. Of two reports of the same moment, one and the same counts for all fields of the group.
 */
export function report(
  values: Readonly<Record<string, FactValue | undefined>>,
  { rank, at, earliest = false }: Report,
): Seen {
  const given = Object.keys(values).filter((field) => values[field] !== undefined)
  if (given.length === 0) return nothingSeen
  const moment = earliest ? lastMoment - at.getTime() : at.getTime()
  const digest = hash('sha256', canonicalJson(values), 'hex').slice(0, digestLength)
  const stamp = `${rank}:${String(moment).padStart(16, '0')}:${digest}`
  const seen = { values: {} as Record<string, FactValue>, stamps: {} as Record<string, string> }
  for (const field of given) {
    seen.values[field] = values[field] as FactValue
    seen.stamps[field] = stamp
  }
  return seen
}

/** What is known after both. */
export function merged(a: Seen, b: Seen): Seen {
  if (a === nothingSeen) return b
  const newer = newerFields(a.stamps, b)
  if (newer.length === 0) return a
  const both = { values: { ...a.values }, stamps: { ...a.stamps } }
  for (const field of newer) {
    both.values[field] = b.values[field] as FactValue
    both.stamps[field] = b.stamps[field] ?? ''
  }
  return both
}

/** The same of reports that have no field in common. */
export function together(reports: readonly Seen[]): Seen {
  const all = { values: {} as Record<string, FactValue>, stamps: {} as Record<string, string> }
  for (const { values, stamps } of reports) {
    Object.assign(all.values, values)
    Object.assign(all.stamps, stamps)
  }
  return all
}

/** The fields of `b` whose stamps are greater than the given ones. */
export function newerFields(stamps: Readonly<Record<string, string>>, b: Seen): string[] {
  return Object.keys(b.stamps).filter((field) => (b.stamps[field] ?? '') > (stamps[field] ?? ''))
}

/** The groups of the fields of a fact, by name. */
export type Groups = Readonly<Record<string, readonly string[]>>

/** Stamps as sourceTimes stores them: one for a group whose fields all have the same one, else one for each field. */
export function sourceTimesOf(
  stamps: Readonly<Record<string, string>>,
  groups: Groups,
): Record<string, string> {
  const times: Record<string, string> = {}
  for (const group of Object.keys(groups)) {
    const fields = groups[group] ?? []
    const shared = stamps[fields[0] ?? '']
    if (shared !== undefined && fields.every((field) => stamps[field] === shared)) {
      times[group] = shared
      continue
    }
    for (const field of fields) {
      const stamp = stamps[field]
      if (stamp !== undefined) times[`${group}.${field}`] = stamp
    }
  }
  return times
}

/** The inverse of `sourceTimesOf`. */
export function stampsOf(
  sourceTimes: Readonly<Record<string, string>>,
  groups: Groups,
): Record<string, string> {
  const stamps: Record<string, string> = {}
  for (const [name, stamp] of Object.entries(sourceTimes)) {
    const [group = '', field] = name.split('.')
    for (const each of field === undefined ? (groups[group] ?? []) : [field]) stamps[each] = stamp
  }
  return stamps
}

/** The moment in a stamp of the latest report. */
export function momentOf(stamp: string): Date {
  return new Date(Number(stamp.split(':')[1]))
}

/** The moment in a stamp of the earliest report. */
export function firstMomentOf(stamp: string): Date {
  return new Date(lastMoment - Number(stamp.split(':')[1]))
}
