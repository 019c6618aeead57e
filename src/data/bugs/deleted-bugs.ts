import { Prisma } from '../../engine/sql.js'
import { resolvedWords } from './bug-predicates.js'

/** Whether a row of the audit log records the deletion of a bug with what metrics count of it. Such rows are never pruned. */
export const recordsDeletedBug = Prisma.sql`
  (entity_type = 'bug' AND action = 'bug.delete' AND jsonb_exists(details, 'createdAt'))`

/** Of each deleted bug when it was created, resolved and deleted. One resolved without a date counts as resolved from its creation. */
export const deletedBugs = Prisma.sql`
  SELECT
    entity_id::uuid AS id, created_at AS deleted_at, (details ->> 'createdAt')::timestamptz AS created_at,
    CASE
      WHEN details ->> 'status' IN (${resolvedWords})
      THEN greatest((details ->> 'resolvedAt')::timestamptz, (details ->> 'createdAt')::timestamptz)
    END AS resolved_at
  FROM audit_log
  WHERE ${recordsDeletedBug}`
