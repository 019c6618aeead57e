import { randomUUID } from 'node:crypto'
import type { FieldChange } from '../../domain/bug-change.js'
import { recordedBugFields } from '../../domain/bug-fields.js'
import type { PastChange, Redated } from '../../domain/late-resolution.js'
import {
  followSource,
  changedFields,
  type Followed,
  type SourceChange,
  type TrackedBug,
} from '../../domain/source-change.js'
import { latest } from '../../domain/latest.js'
import type { Db } from '../../engine/client.js'
import { bugTable, factFields } from '../bugs/bug-columns.js'
import { historyTable } from './import-bug-tables.js'
import { findDifferent, readRows, updateRows } from '../../engine/change-rows.js'
import { findPasts } from './bug-pasts.js'
import { afterLocks } from '../audit/audit.js'
import type { Importing } from './importing.js'
import { insertBatch } from './new-rows.js'

export interface TrackedChange {
  id: string
  /** The same fields in every change of a batch. */
  values: SourceChange
  /** When the tracker last changed it; null if it has no such time. */
  changedAt: Date | null
}

/** How to merge fields that users edited here since the last import from the tracker. */
export interface MergeRules {
  /** Keep them. */
  keepLocal: boolean
  /** Skip the bug unless the tracker changed it after the last recorded change, imported or local. */
  newerOnly: boolean
}

/** Fields of a bug that users edited here. */
export interface LocalEdits {
  bugNumber: string
  fields: string[]
}

export interface FollowedBug {
  id: string
  before: BugImage
  history: readonly FieldChange[]
}

/** What an undo needs to restore a changed bug: old values of fields without history, and more. */
export interface BugImage extends Partial<BugBefore> {
  /** The last row of its history before the import. */
  afterSeq: number
  /** The updatedAt that the import gave it. */
  writtenAt: Date
  /** The row of an earlier import that was given another date, as it was. */
  redated?: Redated
  /** Only the time of the tracker's last change is different: for a reader, the bug is as it was. */
  isUnchanged?: boolean
}

export interface Merged {
  changed: FollowedBug[]
  /** Bugs without a changed value that the tracker changed later than recorded. */
  seenLater: Pick<FollowedBug, 'id' | 'before'>[]
  /** Local edits overwritten with the tracker's values. */
  overwritten: LocalEdits[]
  /** Local edits kept although the tracker's values differ. */
  kept: LocalEdits[]
  /** Number of bugs skipped: their values differ, but are not newer. */
  older: number
  /** The earliest moment, before or after, of rows that were given another date; null where none was. */
  redatedSince: Date | null
}

type BugBefore = TrackedBug & { bugNumber: string; externalUpdatedAt: Date | null }

/**
 * Updates bugs to the values of their source, with history. Skips bugs whose values are equal. Returns the changed bugs,
 * and which local edits were overwritten or kept.
 */
export async function changeTrackedBugs(
  tx: Db,
  { changes, rules }: { changes: readonly TrackedChange[]; rules: MergeRules },
  { importId, actor, slaPolicy }: Importing,
): Promise<Merged> {
  const changeOf = new Map(changes.map((change) => [change.id, change]))
  const ids = await findDifferentBugs(tx, changes)
  const { now } = afterLocks(actor)
  const before = await readRows<BugBefore>(tx, bugTable, {
    ids,
    fields: [...trackedFields, 'bugNumber', 'externalUpdatedAt'],
  })
  const pasts = await findPasts(tx, ids)
  const merged: Pick<Merged, 'overwritten' | 'kept'> = { overwritten: [], kept: [] }
  const older = new Set<string>()
  const results: Result[] = []
  for (const { id, row } of before) {
    const { values = {}, changedAt = null } = changeOf.get(id) ?? {}
    const past = pasts.get(id) ?? []
    const edited = editsIn(past, row.bugNumber)
    if (rules.newerOnly && !isNewer(changedAt, row, past)) older.add(id)
    const taken = older.has(id) ? {} : valuesToWrite(values, edited, rules)
    note(merged, edited, { values: changedFields(row, values), taken: changedFields(row, taken) })
    const followed = followSource(row, taken, {
      past,
      updatedAt: changedAt,
      isOldFile: changedAt !== null && row.externalUpdatedAt !== null && changedAt < row.externalUpdatedAt,
      now: latest([now, ...past.map((change) => change.changedAt)]),
      slaPolicy,
    })
    if (followed.bug === row) continue
    const bug = { ...followed.bug, updatedAt: latest([followed.bug.updatedAt, row.updatedAt]) }
    results.push({ ...followed, id, row, past, bug, externalUpdatedAt: changedAt ?? row.externalUpdatedAt })
  }
  await updateRows(tx, bugTable, {
    rows: results.map(({ id, bug }) => ({ ...bug, id })),
    fields: trackedFields,
  })
  const redated = results.flatMap((result) => result.redated ?? [])
  await updateRows(tx, historyTable, { rows: redated, fields: ['changedAt', 'isDoubtful'] })
  const history = results.flatMap(({ id: bugId, history }) =>
    history.map((change) => ({ id: randomUUID(), bugId, ...change, changedById: actor.userId, importId })),
  )
  await insertBatch(tx, historyTable, history)
  const taken = changes.filter(({ id }) => !older.has(id))
  const moved = await keepSourceTimes(tx, taken)
  const written = new Set(results.map(({ id }) => id))
  return {
    seenLater: moved.filter(({ id }) => !written.has(id)),
    changed: results.map((result) => ({ id: result.id, before: imageOf(result), history: result.history })),
    overwritten: inOrder(merged.overwritten),
    kept: inOrder(merged.kept),
    older: older.size,
    redatedSince: earliestRedated(results),
  }
}

function earliestRedated(results: readonly Result[]): Date | null {
  const times = results.flatMap(({ past, redated }) =>
    redated
      ? [redated.changedAt, ...past.flatMap(({ id, changedAt }) => (id === redated.id ? [changedAt] : []))]
      : [],
  )
  return times.length === 0 ? null : new Date(Math.min(...times.map((time) => time.getTime())))
}

interface Result extends Followed {
  id: string
  row: BugBefore
  past: readonly PastChange[]
  /** After the change. */
  externalUpdatedAt: Date | null
}

function inOrder(edits: readonly LocalEdits[]): LocalEdits[] {
  return edits.toSorted((a, b) => a.bugNumber.localeCompare(b.bugNumber, 'en', { numeric: true }))
}

/** Fields that follow from the recorded ones, and are not in the history. */
const derivedFields = [...factFields, 'externalUpdatedAt' as const].filter(
  (field) =>
    field === 'priorityScore' ||
    (field !== 'updatedAt' && !recordedBugFields.some((recorded) => recorded === field)),
)

function imageOf({ row, bug, past, history, redated, externalUpdatedAt }: Result): BugImage {
  const after: BugBefore = { ...row, ...bug, externalUpdatedAt }
  const comparable = (value: unknown) => (value instanceof Date ? value.getTime() : value)
  const different = derivedFields.filter((field) => comparable(row[field]) !== comparable(after[field]))
  const moved = redated && past.find(({ id }) => id === redated.id)
  return {
    ...Object.fromEntries(different.map((field) => [field, row[field]])),
    // The row of a resolution that is dated late begins with a status of long ago.
    ...(row.status === bug.status && history.some(isStep) && { status: row.status }),
    afterSeq: past.reduce((last, { seq }) => Math.max(last, seq), 0),
    writtenAt: bug.updatedAt,
    ...(moved && { redated: { id: moved.id, changedAt: moved.changedAt, isDoubtful: moved.isDoubtful } }),
  }
}

function isStep({ fieldChanged }: FieldChange): boolean {
  return fieldChanged === 'status'
}

interface Edited {
  bugNumber: string
  fields: ReadonlySet<string>
}

/** The fields whose last change was made here and not by an import; undefined where there is none. */
function editsIn(past: readonly PastChange[], bugNumber: string): Edited | undefined {
  const last = new Map<string, PastChange>()
  for (const change of past) {
    const known = last.get(change.fieldChanged)
    if (!known || known.seq < change.seq) last.set(change.fieldChanged, change)
  }
  const fields = [...last].flatMap(([field, change]) => (change.byImport ? [] : [field]))
  return fields.length === 0 ? undefined : { bugNumber, fields: new Set(fields) }
}

/** The tracker's values that the merge rules let through. */
function valuesToWrite(
  values: SourceChange,
  edits: Edited | undefined,
  { keepLocal }: MergeRules,
): SourceChange {
  if (!edits || !keepLocal) return values
  // The date of resolution belongs to the status.
  const isKept = (field: string) => edits.fields.has(field === 'resolvedAt' ? 'status' : field)
  return Object.fromEntries(Object.entries(values).filter(([field]) => !isKept(field)))
}

/**
 * Newer than the tracker's last imported change, and than the bug's own version if a user wrote it. The order of writes, not the
 * dates of history, shows who did: an import dates its changes by the tracker.
 */
function isNewer(
  changedAt: Date | null,
  { externalUpdatedAt, updatedAt }: BugBefore,
  past: readonly PastChange[],
): boolean {
  const last = past.reduce<PastChange | null>(
    (last, change) => (last && last.seq > change.seq ? last : change),
    null,
  )
  const since = [externalUpdatedAt, last && !last.byImport ? updatedAt : null]
  return since.every((time) => time === null || (changedAt !== null && changedAt > time))
}

function note(
  merged: Pick<Merged, 'overwritten' | 'kept'>,
  edits: Edited | undefined,
  { values, taken }: { values: readonly string[]; taken: readonly string[] },
): void {
  if (!edits) return
  const { bugNumber } = edits
  const edited = values.filter((field) => edits.fields.has(field)).sort()
  const overwritten = edited.filter((field) => taken.includes(field))
  const kept = edited.filter((field) => !taken.includes(field))
  if (overwritten.length > 0) merged.overwritten.push({ bugNumber, fields: overwritten })
  if (kept.length > 0) merged.kept.push({ bugNumber, fields: kept })
}

/** The fields in which a stored bug can differ from its source. */
const trackedFields = [
  ...factFields,
  'createdAt',
  'externalUrl',
] as const satisfies readonly (keyof TrackedBug)[]

async function findDifferentBugs(tx: Db, changes: readonly TrackedChange[]): Promise<string[]> {
  const [first] = changes
  if (!first) return []
  const fields = Object.keys(first.values) as (keyof SourceChange)[]
  const rows = changes.map(({ id, values }) => ({ id, ...values }))
  return findDifferent(tx, bugTable, { rows, fields })
}

/**
 * Stores the time of the tracker's last change. That alone is no change of the bug: it writes no history and no later
 * updatedAt. Times that the tracker omits are kept. Returns the old times of the bugs.
 */
async function keepSourceTimes(
  tx: Db,
  taken: readonly TrackedChange[],
): Promise<{ id: string; before: BugImage }[]> {
  const times = new Map(taken.map(({ id, changedAt }) => [id, changedAt]))
  const timed = taken.flatMap(({ id, changedAt }) =>
    changedAt ? [{ id, externalUpdatedAt: changedAt }] : [],
  )
  const ids = await findDifferent(tx, bugTable, { rows: timed, fields: ['externalUpdatedAt'] })
  if (ids.length === 0) return []
  const before = await tx.$queryRaw<
    { id: string; externalUpdatedAt: Date | null; updatedAt: Date; lastSeq: string }[]
  >`
    SELECT
      b.id::text, b.external_updated_at AS "externalUpdatedAt", b.updated_at AS "updatedAt",
      (SELECT coalesce(max(h.seq), 0) FROM bug_history h WHERE h.bug_id = b.id)::text AS "lastSeq"
    FROM bugs b
    WHERE b.id = ANY(${ids}::uuid[])`
  const rows = ids.map((id) => ({ id, externalUpdatedAt: times.get(id) ?? null }))
  await updateRows(tx, bugTable, { rows, fields: ['externalUpdatedAt'] })
  return before.map(({ id, externalUpdatedAt, updatedAt, lastSeq }) => ({
    id,
    before: { externalUpdatedAt, afterSeq: Number(lastSeq), writtenAt: updatedAt, isUnchanged: true },
  }))
}
