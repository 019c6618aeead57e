import { randomUUID } from 'node:crypto'
import type { FieldChange } from '../../domain/bug-change.js'
import {
  followSource,
  changedFields,
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
import { imageOf, type BugBefore, type BugImage, type FollowedChange } from './bug-images.js'
import {
  editsIn,
  inOrder,
  isNewer,
  noteEdits,
  valuesToWrite,
  type LocalEdits,
  type MergeRules,
} from './local-edits.js'
import { insertBatch } from './new-rows.js'

export interface TrackedChange {
  id: string
  /** The same fields in every change of a batch. */
  values: SourceChange
  /** When the tracker last changed it; null if it has no such time. */
  changedAt: Date | null
}

export interface FollowedBug {
  id: string
  before: BugImage
  history: readonly FieldChange[]
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
  const results: FollowedChange[] = []
  for (const { id, row } of before) {
    const { values = {}, changedAt = null } = changeOf.get(id) ?? {}
    const past = pasts.get(id) ?? []
    const edited = editsIn(past, row.bugNumber)
    if (rules.newerOnly && !isNewer(changedAt, row, past)) older.add(id)
    const taken = older.has(id) ? {} : valuesToWrite(values, edited, rules)
    noteEdits(merged, edited, { values: changedFields(row, values), taken: changedFields(row, taken) })
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

function earliestRedated(results: readonly FollowedChange[]): Date | null {
  const times = results.flatMap(({ past, redated }) =>
    redated
      ? [redated.changedAt, ...past.flatMap(({ id, changedAt }) => (id === redated.id ? [changedAt] : []))]
      : [],
  )
  return times.length === 0 ? null : new Date(Math.min(...times.map((time) => time.getTime())))
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
