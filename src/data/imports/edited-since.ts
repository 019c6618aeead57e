import { Prisma } from '../generated/client.js'
import type { ImportLog } from './imports.js'

/* How an undo tells what people did from what imports did. */

/** Written by somebody later than the import; an undo that has put a bug back is nobody's edit. */
export function isEdited({ timestamp }: ImportLog, updatedAt: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(
    ${updatedAt} <> ${timestamp}
    AND ${updatedAt} NOT IN (
      SELECT (i.metadata->>'undoneAt')::timestamptz FROM import_logs i WHERE i.metadata->>'undoneAt' IS NOT NULL
    )
  )`
}

export function isUndone(importId: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`coalesce(
    (SELECT i.metadata->>'state' = 'undone' FROM import_logs i WHERE i.id = ${importId}), false
  )`
}
