import { batchesOf, inLockOrder } from '../../engine/batches.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import type { ImportLog } from './imports.js'

/* How an undo distinguishes the edits of users from those of imports. */

/** Edited by a user after the import; a restore by an undo does not count as an edit. */
export function isEdited({ timestamp }: { timestamp: Date | Prisma.Sql }, updatedAt: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(
    ${updatedAt} <> ${timestamp}
    AND ${updatedAt} NOT IN (
      SELECT u.undone_at::timestamptz
      FROM import_logs i, jsonb_array_elements_text(i.metadata->'undoneAt') AS u(undone_at)
    )
  )`
}

/** A row of history with which the deletion of a project took the project from its bugs. */
const isLoss = Prisma.sql`(
  h.field_changed = 'projectId' AND h.new_value IS NULL AND EXISTS (
    SELECT 1 FROM audit_log a
    WHERE a.entity_type = 'project' AND a.entity_id = h.old_value AND a.action = 'project.delete'
      AND a.created_at <= h.changed_at
  )
)`

export interface UneditedBug {
  id: string
  name: string
  edited: boolean
}

/** A bug as an import left it. */
export interface LeftBug {
  id: string
  updatedAt: Date
  /** The last row of its history that was there before the import. */
  afterSeq: number
}

/** A bug is unedited when only the import, or the deletion of its project, has written it and its history since. */
export async function lockBugs(
  tx: Db,
  { log, bugs }: { log: ImportLog; bugs: readonly LeftBug[] },
): Promise<UneditedBug[]> {
  const left = new Map(bugs.map((bug) => [bug.id, bug]))
  const found: UneditedBug[] = []
  for (const ids of batchesOf(inLockOrder([...left.keys()]))) {
    const some = ids.flatMap((id) => left.get(id) ?? [])
    const rows = await tx.$queryRaw<UneditedBug[]>`
      SELECT b.id::text, b.bug_number AS name, (
        ${isEdited({ timestamp: Prisma.sql`n.updated_at` }, Prisma.sql`b.updated_at`)} AND NOT EXISTS (
          SELECT 1 FROM bug_history h WHERE h.bug_id = b.id AND h.changed_at = b.updated_at AND ${isLoss}
        )
      ) OR EXISTS (
        SELECT 1 FROM bug_history h
        WHERE h.bug_id = b.id AND h.import_id IS DISTINCT FROM ${log.id}::uuid AND h.seq > n.after_seq
          AND NOT ${isLoss}
      ) AS edited
      FROM unnest(
        ${ids}::uuid[], ${some.map(({ updatedAt }) => updatedAt)}::timestamptz[], ${some.map(({ afterSeq }) => afterSeq)}::bigint[]
      ) AS n(id, updated_at, after_seq)
      JOIN bugs b ON b.id = n.id
      ORDER BY b.id
      FOR UPDATE OF b`
    found.push(...rows)
  }
  return found
}
