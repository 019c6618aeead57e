import { randomUUID } from 'node:crypto'
import { followSource, type SourceChange, type TrackedBug } from '../../domain/source-change.js'
import type { Db } from '../client.js'
import { bugTable, historyTable } from './import-bug-tables.js'
import { findDifferent, insertBatch, readBatch, updateBatch, type Importing } from './import-table.js'

export interface TrackedChange {
  id: string
  /** The same fields in every change of a batch. */
  said: SourceChange
}

/** A value that somebody had changed here, and that the import has replaced. */
export interface Overwritten {
  bugNumber: string
  fields: string[]
}

/**
 * Brings bugs up to what their source says, with history. Those of which it says nothing new are not touched. Returns
 * how many were changed, and the edits made here that were lost by that.
 */
export async function changeTrackedBugs(
  tx: Db,
  changes: readonly TrackedChange[],
  { importId, actor }: Importing,
): Promise<{ updated: number; overwritten: Overwritten[] }> {
  const said = new Map(changes.map((change) => [change.id, change.said]))
  const ids = await findDifferentBugs(tx, changes)
  const before = await readBatch<TrackedBug>(tx, bugTable, { ids, fields: trackedFields })
  const results = before.map(({ id, row }) => ({ id, ...followSource(row, said.get(id) ?? {}, actor.now) }))
  const rows = results.map(({ id, bug }) => ({ ...bug, id }))
  await updateBatch(tx, bugTable, { rows, fields: trackedFields })
  const overwritten = await findOverwritten(tx, results)
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
  return { updated: results.length, overwritten }
}

/** What can be different about a bug that is there already. */
const trackedFields = [
  'title',
  'description',
  'severity',
  'status',
  'assignedToId',
  'createdById',
  'projectId',
  'slaHours',
  'slaDueAt',
  'slaStoppedAt',
  'slaBreachedAt',
  'businessImpact',
  'revenueImpact',
  'isBlocker',
  'priorityScore',
  'priorityPinned',
  'estimatedHours',
  'actualHours',
  'createdAt',
  'updatedAt',
  'resolvedAt',
  'externalUrl',
] as const satisfies readonly (keyof TrackedBug)[]

async function findDifferentBugs(tx: Db, changes: readonly TrackedChange[]): Promise<string[]> {
  const [first] = changes
  if (!first) return []
  const fields = Object.keys(first.said) as (keyof SourceChange)[]
  const rows = changes.map(({ id, said }) => ({ id, ...said }))
  return findDifferent(tx, bugTable, { rows, fields })
}

/** The fields whose last change was made here and not by an import. Asked before this one's own history is written. */
async function findOverwritten(
  tx: Db,
  results: readonly { id: string; history: readonly { fieldChanged: string }[] }[],
): Promise<Overwritten[]> {
  const changed = results.flatMap(({ id, history }) =>
    history.map(({ fieldChanged }) => ({ id, fieldChanged })),
  )
  if (changed.length === 0) return []
  return tx.$queryRaw<Overwritten[]>`
    SELECT b.bug_number AS "bugNumber", array_agg(h.field_changed ORDER BY h.field_changed) AS fields
    FROM (
      SELECT DISTINCT ON (h.bug_id, h.field_changed) h.bug_id, h.field_changed, h.import_id
      FROM unnest(${changed.map(({ id }) => id)}::text[], ${changed.map(({ fieldChanged }) => fieldChanged)}::text[])
        AS n(bug_id, field_changed)
      JOIN bug_history h ON h.bug_id = n.bug_id::uuid AND h.field_changed = n.field_changed
      ORDER BY h.bug_id, h.field_changed, h.changed_at DESC, h.seq DESC
    ) h
    JOIN bugs b ON b.id = h.bug_id
    WHERE h.import_id IS NULL
    GROUP BY b.id, b.bug_number
    ORDER BY b.bug_number, b.id`
}
