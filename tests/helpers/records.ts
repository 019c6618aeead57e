import type { TestDatabase } from './database.js'

export interface HistoryRow {
  bug: string
  field: string
  old: string | null
  new: string | null
  note: string | null
  by: string | null
  at: string
}

/** The history as it is stored, oldest first. */
export async function historyOf(db: TestDatabase): Promise<HistoryRow[]> {
  const rows = await db.sql<Omit<HistoryRow, 'at'> & { at: Date }>(
    `SELECT b.bug_number AS bug, h.field_changed AS field, h.old_value AS old, h.new_value AS new, h.note,
       u.email AS by, h.changed_at AS at
     FROM bug_history h
     JOIN bugs b ON b.id = h.bug_id
     LEFT JOIN users u ON u.id = h.changed_by_id
     ORDER BY h.changed_at, h.seq`,
  )
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}

export interface AuditRow {
  action: string
  entity: string
  by: string | null
  agent: string | null
  at: string
  details: unknown
}

/** The audit log in order of time, entity and insertion; bugs by number, everything else by id, without the login. */
export async function auditOf(db: TestDatabase): Promise<AuditRow[]> {
  const rows = await db.sql<Omit<AuditRow, 'at'> & { at: Date }>(
    `SELECT l.action, coalesce(b.bug_number, l.entity_id) AS entity, u.email AS by, l.user_agent AS agent,
       l.created_at AS at, l.details - 'dbLogin' AS details
     FROM audit_log l
     LEFT JOIN bugs b ON b.id::text = l.entity_id
     LEFT JOIN users u ON u.id = l.user_id
     ORDER BY l.created_at, entity, l.ctid`,
  )
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}
