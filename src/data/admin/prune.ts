import type { Db } from '../../engine/client.js'
import { setLocally } from '../../engine/local-settings.js'
import { Prisma } from '../../engine/sql.js'
import { prunable, type Prunable } from '../../domain/prunable.js'
import type { PrunedRows } from '../../shapes/archive.js'

/** By year, the oldest first. */
export async function countPrunable(
  db: Db,
  { kind, before }: { kind: Prunable; before: Date },
): Promise<PrunedRows[]> {
  const { table, dateColumn } = prunable[kind]
  const date = Prisma.raw(dateColumn)
  return db.$queryRaw<PrunedRows[]>`
    SELECT ${table}::text AS table, extract(year FROM ${date})::int AS year, count(*)::int AS rows
    FROM ${Prisma.raw(table)}
    WHERE ${date} < ${before}
    GROUP BY 2
    ORDER BY 2`
}

interface PruneBatch {
  kind: Prunable
  before: Date
  /** At most this many rows. */
  most: number
}

/** Deletes the oldest rows. Returns how many: fewer than `most` are the last. */
export async function pruneBatch(tx: Db, { kind, before, most }: PruneBatch): Promise<number> {
  const { table, dateColumn, key } = prunable[kind]
  const [from, date, keys] = [Prisma.raw(table), Prisma.raw(dateColumn), Prisma.raw(key.join(', '))]
  if (kind === 'audit') await setLocally(tx, { 'cto.audit_maintenance': 'on' })
  return tx.$executeRaw`
    DELETE FROM ${from}
    WHERE (${keys}) IN (SELECT ${keys} FROM ${from} WHERE ${date} < ${before} ORDER BY ${date}, ${keys} LIMIT ${most})`
}

const auditPrunedKey = 'auditPrunedBefore'

/** The audit rows from before this moment are gone; null where none were pruned. */
export async function findAuditPrunedBefore(db: Db): Promise<Date | null> {
  const [row] = await db.$queryRaw<{ at: string | null }[]>`
    SELECT value #>> '{}' AS at FROM settings WHERE key = ${auditPrunedKey}`
  return row?.at ? new Date(row.at) : null
}

export async function recordAuditPruned(tx: Db, before: Date): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO settings (key, value) VALUES (${auditPrunedKey}, to_jsonb(${before.toISOString()}::text))
    ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value WHERE settings.value #>> '{}' < EXCLUDED.value #>> '{}'`
}
