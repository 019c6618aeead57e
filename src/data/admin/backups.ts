import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'

export interface LastBackup {
  id: string | null
  /** When its rows were read. */
  at: Date
  /** When it was last verified; null where it never was. */
  verifiedAt: Date | null
}

/**
 * The whole backups that the audit log names. An archive that was restored counts as well, from the moment of its rows,
 * and as verified: the audit log that it brought was written before its own row.
 */
const backups = Prisma.sql`
  WITH backups AS (
    SELECT
      b.details ->> 'id' AS id, b.at,
      (SELECT max(v.created_at) FROM audit_log v
       WHERE v.action IN ('db.verify', 'db.restore') AND v.details ->> 'id' = b.details ->> 'id') AS "verifiedAt"
    FROM (
      SELECT details, CASE action WHEN 'db.backup' THEN created_at ELSE (details ->> 'archivedAt')::timestamptz END AS at
      FROM audit_log
      WHERE action IN ('db.backup', 'db.restore') AND (details ->> 'partial') IS DISTINCT FROM 'true'
    ) b
    WHERE b.at IS NOT NULL
  )`

/** The last whole backup; null where there is none. */
export async function findLastBackup(db: Db): Promise<LastBackup | null> {
  const [backup] = await db.$queryRaw<LastBackup[]>`
    ${backups}
    SELECT id, at, "verifiedAt"
    FROM backups
    ORDER BY at DESC, id
    LIMIT 1`
  return backup ?? null
}

/** The last backup that was verified; null where none was. */
export async function findLastVerifiedBackup(db: Db): Promise<LastBackup | null> {
  const [backup] = await db.$queryRaw<LastBackup[]>`
    ${backups}
    SELECT id, at, "verifiedAt"
    FROM backups
    WHERE "verifiedAt" IS NOT NULL
    ORDER BY at DESC, id
    LIMIT 1`
  return backup ?? null
}

/** When the tables were last created anew; null where they never were. */
export async function findLastResetAt(db: Db): Promise<Date | null> {
  const [row] = await db.$queryRaw<{ at: Date | null }[]>`
    SELECT max(created_at) AS at FROM audit_log WHERE action = 'db.reset'`
  return row?.at ?? null
}

/** When the first row was stored; null without rows. */
export async function findFirstRowAt(db: Db): Promise<Date | null> {
  const [row] = await db.$queryRaw<{ at: Date | null }[]>`
    SELECT least(
      (SELECT min(created_at) FROM bugs), (SELECT min(created_at) FROM projects), (SELECT min(created_at) FROM users)
    ) AS at`
  return row?.at ?? null
}
