import { randomUUID } from 'node:crypto'
import { latest } from '../../domain/latest.js'
import { isUnseen } from '../../domain/text.js'
import { recordAudit, type Actor } from '../audit/audit.js'
import { findNewestChanges } from '../change-trail.js'
import type { Db } from '../../engine/client.js'
import { insertRows } from '../../engine/insert-rows.js'

interface AddNotes {
  /** Ids. */
  bugs: readonly string[]
  note: string
  actor: Actor
}

/** Adds a note to each of the bugs, without a change of them. */
export async function addNotes(tx: Db, { bugs, note, actor }: AddNotes): Promise<void> {
  const newest = await findNewestChanges(tx, 'bug', bugs)
  const rows = bugs.map((bugId) => ({
    id: randomUUID(),
    bugId,
    fieldChanged: 'note',
    note,
    changedById: actor.userId,
    changedAt: latest([actor.now, ...(newest.get(bugId) ?? [])]),
  }))
  await insertRows(tx, 'bug_history', rows)
  await recordAudit(
    tx,
    actor,
    rows.map(({ id, bugId }) => ({
      action: 'bug.note',
      entityType: 'bug',
      entityId: bugId,
      details: { historyId: id },
    })),
  )
}

/**
 * Adds the note of a change to the bugs in whose history the change left no row. A bug whose newest row has the same note
 * by the same user gets none: the command was repeated.
 *
 * @returns the ids of the bugs that got the note
 */
export async function addMissingNotes(tx: Db, { bugs, note, actor }: AddNotes): Promise<string[]> {
  if (bugs.length === 0 || isUnseen(note)) return []
  const newest = await tx.$queryRaw<{ bugId: string; note: string | null; by: string | null }[]>`
    SELECT DISTINCT ON (bug_id) bug_id::text AS "bugId", note, changed_by_id::text AS by
    FROM bug_history
    WHERE bug_id = ANY(${[...bugs]}::uuid[])
    ORDER BY bug_id, changed_at DESC, seq DESC`
  const repeated = newest.filter((row) => row.note === note && row.by === actor.userId)
  const missing = bugs.filter((id) => !repeated.some(({ bugId }) => bugId === id))
  await addNotes(tx, { bugs: missing, note, actor })
  return missing
}
