import { batchesOf, inLockOrder } from '../../engine/batches.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/generated/client.js'
import type { ImportLog } from './imports.js'

/* How an undo tells what people did from what imports did. */

/** Written by somebody later than the import; an undo that has put a bug back is nobody's edit. */
export function isEdited({ timestamp }: ImportLog, updatedAt: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(
    ${updatedAt} <> ${timestamp}
    AND ${updatedAt} NOT IN (
      SELECT u.undone_at::timestamptz
      FROM import_logs i, jsonb_array_elements_text(i.metadata->'undoneAt') AS u(undone_at)
    )
  )`
}

function isUndone(importId: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`coalesce(
    (SELECT i.metadata->>'state' = 'undone' FROM import_logs i WHERE i.id = ${importId}), false
  )`
}

export interface LockedBug {
  id: string
  name: string
  edited: boolean
}

interface LockBugs {
  log: ImportLog
  ids: readonly string[]
  /** Which rows `h` of a bug's history were written after the import. */
  isLater: Prisma.Sql
}

/** A bug is untouched when nobody but the import wrote it, or its history. */
export async function lockBugs(tx: Db, { log, ids, isLater }: LockBugs): Promise<LockedBug[]> {
  const found: LockedBug[] = []
  for (const some of batchesOf(inLockOrder(ids))) {
    const rows = await tx.$queryRaw<LockedBug[]>`
      SELECT b.id::text, b.bug_number AS name, ${isEdited(log, Prisma.sql`b.updated_at`)} OR EXISTS (
        SELECT 1 FROM bug_history h
        WHERE h.bug_id = b.id AND h.import_id IS DISTINCT FROM ${log.id}::uuid AND ${isLater}
          AND NOT ${isUndone(Prisma.sql`h.import_id`)}
      ) AS edited
      FROM bugs b
      WHERE b.id = ANY(${[...some]}::uuid[])
      ORDER BY b.id
      FOR UPDATE OF b`
    found.push(...rows)
  }
  return found
}
