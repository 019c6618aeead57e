import type { Db } from '../../engine/client.js'
import { setLocally } from '../../engine/local-settings.js'
import { Prisma } from '../../engine/sql.js'
import { clockFields } from '../../domain/late-resolution.js'
import { prunable, type Prunable } from '../../domain/prunable.js'
import type { PrunedRows } from '../../shapes/archive.js'
import { openWords, resolvedWords } from '../bugs/bug-predicates.js'
import { mayStartLate } from '../bugs/clock-start.js'
import { wordList } from '../word-list.js'

interface PruneRule {
  kind: Prunable
  /** Rows `h` of before this moment are old. */
  before: Date
}

/** By year, the oldest first. */
export async function countPrunable(db: Db, rule: PruneRule): Promise<PrunedRows[]> {
  const { table, dateColumn } = prunable[rule.kind]
  const date = Prisma.raw(`h.${dateColumn}`)
  return db.$queryRaw<PrunedRows[]>`
    SELECT
      ${table}::text AS table,
      -- '-infinity' is in no year.
      coalesce(extract(year FROM nullif(${date}, '-infinity'))::int, 0) AS year, count(*)::int AS rows
    FROM ${Prisma.raw(table)} h
    WHERE ${isPrunable(rule)}
    GROUP BY 2
    ORDER BY 2`
}

interface PruneBatch extends PruneRule {
  /** At most this many rows. */
  most: number
}

/** Deletes the oldest rows. Returns how many: fewer than `most` are the last. */
export async function pruneBatch(tx: Db, { most, ...rule }: PruneBatch): Promise<number> {
  const { table, dateColumn, key } = prunable[rule.kind]
  const [from, date, keys] = [Prisma.raw(table), Prisma.raw(dateColumn), Prisma.raw(key.join(', '))]
  if (rule.kind === 'audit') await setLocally(tx, { 'cto.audit_maintenance': 'on' })
  return tx.$executeRaw`
    DELETE FROM ${from}
    WHERE (${keys}) IN (SELECT ${keys} FROM ${from} h WHERE ${isPrunable(rule)} ORDER BY ${date}, ${keys} LIMIT ${most})`
}

function isPrunable({ kind, before }: PruneRule): Prisma.Sql {
  const isOld = Prisma.sql`${Prisma.raw(`h.${prunable[kind].dateColumn}`)} < ${before}`
  return kind === 'history' ? Prisma.sql`${isOld} AND ${isOvertaken(before)}` : isOld
}

/** Whether the step `h` began or ended the time in which a bug is worked on, or in which it is resolved. */
const turns = Prisma.join(
  [openWords, resolvedWords].map(
    (words) => Prisma.sql`(h.old_value IN (${words})) IS DISTINCT FROM (h.new_value IN (${words}))`,
  ),
  ' OR ',
)

/**
 * Whether nothing that is computed for a moment since `before` needs the change `h` of a bug that was resolved by then: the
 * same field was changed again before it. Of a bug that is reopened some day the times of work and pauses count, and of its
 * clock every change; of an import that can be undone every row. So those stay.
 */
function isOvertaken(before: Date): Prisma.Sql {
  return Prisma.sql`
    CASE h.field_changed
      WHEN 'status' THEN NOT (${turns})
      ELSE h.field_changed NOT IN (${wordList(clockFields)})
    END
    AND EXISTS (
      SELECT FROM bugs b
      WHERE b.id = h.bug_id AND b.status IN (${resolvedWords}) AND b.resolved_at < ${before} AND b.created_at < ${before}
        AND NOT (h.field_changed = 'status' AND ${mayStartLate}))
    AND NOT EXISTS (SELECT FROM import_logs i WHERE i.id = h.import_id AND i.timestamp >= ${before})
    AND EXISTS (
      SELECT FROM bug_history later
      WHERE later.bug_id = h.bug_id AND later.field_changed = h.field_changed AND later.changed_at < ${before}
        AND (later.changed_at, later.seq) > (h.changed_at, h.seq))`
}
