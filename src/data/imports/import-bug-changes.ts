import { randomUUID } from 'node:crypto'
import type { FieldChange } from '../../domain/bug-change.js'
import { recordedBugFields } from '../../domain/bug-fields.js'
import { followSource, newsIn, type SourceChange, type TrackedBug } from '../../domain/source-change.js'
import type { Db } from '../../engine/client.js'
import { bugTable, factFields } from '../bugs/bug-columns.js'
import { historyTable } from './import-bug-tables.js'
import { findDifferent, readRows, updateRows } from '../../engine/change-rows.js'
import type { Importing } from './importing.js'
import { insertBatch } from './new-rows.js'

export interface TrackedChange {
  id: string
  /** The same fields in every change of a batch. */
  said: SourceChange
  /** When the tracker last changed it; null where it does not say. */
  changedAt: Date | null
}

/** What becomes of fields that somebody changed here since the tracker spoke. */
export interface MergeRules {
  /** They stay. */
  keepLocal: boolean
  /** The whole bug stays, unless the tracker changed it after what is known of it, from there or from here. */
  newerOnly: boolean
}

/** Values of a bug that somebody had changed here. */
export interface LocalEdits {
  bugNumber: string
  fields: string[]
}

export interface FollowedBug {
  id: string
  /** What history does not hold and was different, as it was; null where nothing was. */
  before: Partial<BugBefore> | null
  history: readonly FieldChange[]
}

export interface Merged {
  changed: FollowedBug[]
  /** Replaced by what the tracker says. */
  overwritten: LocalEdits[]
  /** Kept, although the tracker says something else. */
  kept: LocalEdits[]
  /** How many differ but say nothing newer, and were not taken. */
  older: number
}

type BugBefore = TrackedBug & { externalUpdatedAt: Date | null }

/**
 * Brings bugs up to what their source says, with history. Those of which it says nothing new are not touched. Returns
 * those that were changed, and what became of the edits made here.
 */
export async function changeTrackedBugs(
  tx: Db,
  { changes, rules }: { changes: readonly TrackedChange[]; rules: MergeRules },
  { importId, actor }: Importing,
): Promise<Merged> {
  const changeOf = new Map(changes.map((change) => [change.id, change]))
  const ids = await findDifferentBugs(tx, changes)
  const before = await readRows<BugBefore>(tx, bugTable, {
    ids,
    fields: [...trackedFields, 'externalUpdatedAt'],
  })
  const edits = await findEdits(tx, ids)
  const merged: Merged = { changed: [], overwritten: [], kept: [], older: 0 }
  const older = new Set<string>()
  const results = before.flatMap(({ id, row }) => {
    const { said = {}, changedAt = null } = changeOf.get(id) ?? {}
    const edited = edits.get(id)
    if (rules.newerOnly && !isNewer(changedAt, row.externalUpdatedAt, edited)) older.add(id)
    const taken = older.has(id) ? {} : takenOf(said, edited, rules)
    note(merged, edited, { said: newsIn(row, said), taken: newsIn(row, taken) })
    return taken !== said && newsIn(row, taken).length === 0
      ? []
      : [{ id, row, ...followSource(row, taken, actor.now) }]
  })
  const rows = results.map(({ id, bug }) => ({ ...bug, id }))
  await updateRows(tx, bugTable, { rows, fields: trackedFields })
  const history = results.flatMap(({ id: bugId, history }) =>
    history.map((change) => ({
      id: randomUUID(),
      bugId,
      ...change,
      changedById: actor.userId,
      changedAt: actor.now,
      importId,
    })),
  )
  await insertBatch(tx, historyTable, history)
  const taken = changes.filter(({ id }) => !older.has(id))
  await keepSourceTimes(tx, taken)
  const changed = results.map(({ id, row, bug, history }) => ({
    id,
    before: derivedBefore(row, {
      ...bug,
      externalUpdatedAt: changeOf.get(id)?.changedAt ?? row.externalUpdatedAt,
    }),
    history,
  }))
  return {
    changed,
    overwritten: inOrder(merged.overwritten),
    kept: inOrder(merged.kept),
    older: older.size,
  }
}

function inOrder(edits: readonly LocalEdits[]): LocalEdits[] {
  return edits.toSorted((a, b) => a.bugNumber.localeCompare(b.bugNumber, 'en', { numeric: true }))
}

/** What follows from the recorded fields, and is not in the history. */
const derivedFields = [...factFields, 'externalUpdatedAt' as const].filter(
  (field) => field !== 'updatedAt' && !recordedBugFields.some((recorded) => recorded === field),
)

function derivedBefore(before: BugBefore, after: BugBefore): Partial<BugBefore> | null {
  const comparable = (value: unknown) => (value instanceof Date ? value.getTime() : value)
  const different = derivedFields.filter((field) => comparable(before[field]) !== comparable(after[field]))
  return different.length === 0 ? null : Object.fromEntries(different.map((field) => [field, before[field]]))
}

interface Edited {
  bugNumber: string
  /** When each field was last changed, where that was here. */
  fields: ReadonlyMap<string, Date>
}

/** Of what the tracker says, what is to be written. */
function takenOf(said: SourceChange, edits: Edited | undefined, { keepLocal }: MergeRules): SourceChange {
  if (!edits || !keepLocal) return said
  // The date of resolution belongs to the status.
  const isKept = (field: string) => edits.fields.has(field === 'resolvedAt' ? 'status' : field)
  return Object.fromEntries(Object.entries(said).filter(([field]) => !isKept(field)))
}

/** Newer than what the tracker said before, and than what was done here since. */
function isNewer(changedAt: Date | null, known: Date | null, edits: Edited | undefined): boolean {
  const since = [...(known ? [known] : []), ...(edits?.fields.values() ?? [])]
  return since.every((time) => changedAt !== null && changedAt > time)
}

function note(
  merged: Merged,
  edits: Edited | undefined,
  { said, taken }: { said: readonly string[]; taken: readonly string[] },
): void {
  if (!edits) return
  const { bugNumber } = edits
  const edited = said.filter((field) => edits.fields.has(field)).sort()
  const overwritten = edited.filter((field) => taken.includes(field))
  const kept = edited.filter((field) => !taken.includes(field))
  if (overwritten.length > 0) merged.overwritten.push({ bugNumber, fields: overwritten })
  if (kept.length > 0) merged.kept.push({ bugNumber, fields: kept })
}

/** What can be different about a bug that is there already. */
const trackedFields = [
  ...factFields,
  'createdAt',
  'externalUrl',
] as const satisfies readonly (keyof TrackedBug)[]

async function findDifferentBugs(tx: Db, changes: readonly TrackedChange[]): Promise<string[]> {
  const [first] = changes
  if (!first) return []
  const fields = Object.keys(first.said) as (keyof SourceChange)[]
  const rows = changes.map(({ id, said }) => ({ id, ...said }))
  return findDifferent(tx, bugTable, { rows, fields })
}

/**
 * Keeps how far the tracker is followed. That is no change of the bug: where nothing else is new, it has no history and
 * no later updatedAt. A tracker that says no times leaves those that are known.
 */
async function keepSourceTimes(tx: Db, taken: readonly TrackedChange[]): Promise<void> {
  const timed = taken.flatMap(({ id, changedAt }) => (changedAt ? [{ id, changedAt }] : []))
  if (timed.length === 0) return
  const ids = timed.map(({ id }) => id)
  const times = timed.map(({ changedAt }) => changedAt.toISOString())
  await tx.$executeRaw`
    WITH moved AS (
      SELECT b.id, n.time
      FROM unnest(${ids}::uuid[], ${times}::timestamptz[]) AS n(id, time)
      JOIN bugs b ON b.id = n.id
      WHERE b.external_updated_at IS DISTINCT FROM n.time
      ORDER BY b.id
      FOR UPDATE OF b
    )
    UPDATE bugs b SET external_updated_at = moved.time FROM moved WHERE b.id = moved.id`
}

/** The fields whose last change was made here and not by an import. Asked before this one's own history is written. */
async function findEdits(tx: Db, ids: readonly string[]): Promise<Map<string, Edited>> {
  if (ids.length === 0) return new Map()
  const found = await tx.$queryRaw<{ id: string; bugNumber: string; field: string; changedAt: Date }[]>`
    SELECT b.id::text, b.bug_number AS "bugNumber", h.field_changed AS field, h.changed_at AS "changedAt"
    FROM (
      SELECT DISTINCT ON (h.bug_id, h.field_changed) h.bug_id, h.field_changed, h.changed_at, h.import_id
      FROM bug_history h
      WHERE h.bug_id = ANY(${[...ids]}::uuid[])
      ORDER BY h.bug_id, h.field_changed, h.changed_at DESC, h.seq DESC
    ) h
    JOIN bugs b ON b.id = h.bug_id
    WHERE h.import_id IS NULL`
  const edits = new Map<string, { bugNumber: string; fields: Map<string, Date> }>()
  for (const { id, bugNumber, field, changedAt } of found) {
    const edited = edits.get(id) ?? { bugNumber, fields: new Map<string, Date>() }
    edits.set(id, edited)
    edited.fields.set(field, changedAt)
  }
  return edits
}
