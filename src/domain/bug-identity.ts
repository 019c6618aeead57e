import { dayMs, minuteMs } from './duration.js'

/** What identifies a bug in its source. */
export interface BugIdentity {
  /** Its key; null where another bug has taken it over. */
  externalId: string | null
  /** The source's immutable id of it; null where none is known. */
  externalUid: string | null
  /** Keys it had before. */
  externalAliases: readonly string[]
}

/** A stored bug, as far as it shows whether a record is of the same bug. */
export interface IdentifiedBug extends BugIdentity {
  id: string
  title: string
  createdAt: Date
  /** Whether createdAt is the moment of the import that created it, for lack of a date. */
  isUndated: boolean
  externalUpdatedAt: Date | null
}

/** The same of a record that an import brings. Dates that the source does not give are null. */
export interface IncomingIdentity {
  externalId: string
  externalUid: string | null
  title: string
  createdAt: Date | null
  updatedAt: Date | null
}

/** The bugs of the source to which a record's uid, its key, and its key as a former one belong. */
export interface Candidates<Bug extends IdentifiedBug> {
  byUid: Bug | undefined
  byKey: Bug | undefined
  byAlias: readonly Bug[]
  /** Whether the keys are of the table whose bugs are stored, as far as the titles of all records show: see `isSameTable`. */
  isSameTable: boolean
}

/** `is` absent: a new bug. `move`: the identity that the stored bug gets. */
export type Recognition<Bug extends IdentifiedBug> =
  { is?: Bug | undefined; move?: BugIdentity | undefined; refused?: never } | { refused: Refusal }

/** Why a record is not of the stored bug that its key or its immutable id names. */
export interface Refusal {
  by: 'externalId' | 'externalUid'
  reason: string
}

/**
 * The stored bug that a record is of. The immutable id decides; a key can change, and can pass to another bug. Where there
 * is no such id it is the key, then a former key of just one bug.
 */
export function recognise<Bug extends IdentifiedBug>(
  record: IncomingIdentity,
  { byUid, byKey, byAlias, isSameTable }: Candidates<Bug>,
): Recognition<Bug> {
  const { externalId, externalUid } = record
  if (externalUid !== null && byUid) return recogniseByUid(record, byUid)
  if (byKey && (externalUid === null || byKey.externalUid === null)) {
    if (isOtherBug(record, byKey) && !(byKey.isUndated && isSameTable)) {
      const creation = byKey.isUndated
        ? 'no creation is known of it'
        : `was created on ${dayOf(byKey.createdAt)}`
      const reason = `the bug with this key here has another title, and ${creation}`
      return { refused: { by: 'externalId', reason } }
    }
    const { externalAliases } = byKey
    const isLearned = externalUid !== null
    return { is: byKey, move: isLearned ? { externalId, externalUid, externalAliases } : undefined }
  }
  // One whose key it is now comes before those whose key it was.
  const former = byKey ? [] : byAlias.filter((bug) => externalUid === null || bug.externalUid === null)
  return former.length === 1 ? { is: former[0] } : {}
}

function recogniseByUid<Bug extends IdentifiedBug>(record: IncomingIdentity, bug: Bug): Recognition<Bug> {
  const { externalId, externalUid } = record
  if (bug.externalId === externalId) return { is: bug }
  if (!isSameCreation(record, bug)) {
    const reason = `the id belongs to ${bug.externalId ?? 'another bug'}, which was created at another time`
    return { refused: { by: 'externalUid', reason } }
  }
  if (isOlder(record, bug)) return { is: bug }
  return { is: bug, move: { externalId, externalUid, externalAliases: aliasesAfter(bug, externalId) } }
}

/** Of the former keys and the present one those that differ from the new one. */
export function aliasesAfter({ externalId, externalAliases }: BugIdentity, key: string | null): string[] {
  const keys = new Set([...externalAliases, ...(externalId === null ? [] : [externalId])])
  return [...keys].filter((each) => each !== key)
}

/**
 * Whether records and the stored bugs that have their keys are of one table, where the bugs came without a date of creation: the
 * titles of at least half of them are alike. One may be renamed; another table, numbered from 1 too, has other titles throughout.
 */
export function isSameTable(pairs: readonly (readonly [IncomingIdentity, IdentifiedBug])[]): boolean {
  const undated = pairs.filter(([, bug]) => bug.isUndated)
  const alike = undated.filter(([record, bug]) => isAlike(record.title, bug.title))
  return undated.length > 0 && alike.length >= undated.length / 2
}

/** Whether more than half of the words of the shorter title are in the other. */
function isAlike(title: string, other: string): boolean {
  const [few = [], many = []] = [title, other]
    .map((text) => [...new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu))])
    .sort((a, b) => a.length - b.length)
  if (few.length === 0) return title.trim() === other.trim()
  return few.filter((word) => many.includes(word)).length > few.length / 2
}

/**
 * Two sites give the same ids to different bugs, which were created at different times. Exports may cut off seconds; where a
 * date of creation is missing, the titles are compared.
 */
function isSameCreation({ createdAt, title }: IncomingIdentity, bug: IdentifiedBug): boolean {
  if (createdAt === null || bug.isUndated) return title === bug.title
  return Math.abs(createdAt.getTime() - bug.createdAt.getTime()) < minuteMs
}

/**
 * Two repositories, or two sheets, number their bugs from 1. One bug may be renamed, or its creation corrected, but not both
 * between two exports. Exports with dates alone, and in other zones, differ by less than two days.
 */
function isOtherBug({ title, createdAt, externalId }: IncomingIdentity, bug: IdentifiedBug): boolean {
  if (createdAt === null || isAddress(externalId)) return false
  return (
    Math.abs(createdAt.getTime() - bug.createdAt.getTime()) >= 2 * dayMs &&
    title.trim().toLowerCase() !== bug.title.trim().toLowerCase()
  )
}

/** An address identifies one bug, whatever its source. */
function isAddress(key: string): boolean {
  return /^https?:\/\//i.test(key)
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10)
}

/** An old export has the old key. */
function isOlder({ updatedAt }: IncomingIdentity, { externalUpdatedAt }: IdentifiedBug): boolean {
  return updatedAt !== null && externalUpdatedAt !== null && updatedAt < externalUpdatedAt
}
