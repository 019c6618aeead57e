import type { Db } from '../../engine/client.js'

export interface LastBackup {
  id: string | null
  at: Date
  bytes: number | null
  /** When it was last verified; null where it never was. */
  verifiedAt: Date | null
}

/** The last whole backup that the audit log names. */
export async function findLastBackup(db: Db): Promise<LastBackup | null> {
  const [backup] = await db.$queryRaw<LastBackup[]>`
    SELECT
      b.details ->> 'id' AS id, b.created_at AS at, (b.details ->> 'bytes')::float8 AS bytes,
      (SELECT max(v.created_at) FROM audit_log v
       WHERE v.action = 'db.verify' AND v.details ->> 'id' = b.details ->> 'id') AS "verifiedAt"
    FROM audit_log b
    WHERE b.action = 'db.backup' AND (b.details ->> 'partial') IS DISTINCT FROM 'true'
    ORDER BY b.created_at DESC, b.id
    LIMIT 1`
  return backup ?? null
}

/** When the first row was stored; null without rows. */
export async function findFirstRowAt(db: Db): Promise<Date | null> {
  const [row] = await db.$queryRaw<{ at: Date | null }[]>`
    SELECT least(
      (SELECT min(created_at) FROM bugs), (SELECT min(created_at) FROM projects), (SELECT min(created_at) FROM users)
    ) AS at`
  return row?.at ?? null
}
