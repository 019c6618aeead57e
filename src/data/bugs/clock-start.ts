import { Prisma } from '../../engine/sql.js'
import { openWords } from './bug-predicates.js'

/** The bug `b` came with an import that started the clocks of open bugs. */
export const mayStartLate = Prisma.sql`b.import_id IN (
  SELECT id FROM import_logs WHERE metadata->>'slaFrom' = 'import')`

/**
 * When the SLA clock of the bug `b` started: at its creation, or where it was open when --sla-from import brought it, at that
 * import. A step of the same import shows that the bug was resolved by then.
 */
export const clockStart = Prisma.sql`greatest(b.created_at, (
  SELECT l.timestamp
  FROM import_logs l
  WHERE l.id = b.import_id AND l.metadata->>'slaFrom' = 'import' AND coalesce(
    (
      SELECT h.import_id IS DISTINCT FROM b.import_id AND h.old_value IN (${openWords})
      FROM bug_history h
      WHERE h.bug_id = b.id AND h.field_changed = 'status'
      ORDER BY h.changed_at, h.seq
      LIMIT 1
    ),
    b.status::text IN (${openWords})
  )
))`
