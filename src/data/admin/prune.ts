import type { Db } from '../../engine/client.js'
import { setLocally } from '../../engine/local-settings.js'
import { Prisma } from '../../engine/sql.js'
import { clockFields } from '../../domain/late-resolution.js'
import { prunable, type PrunableTable, type PruneRule } from '../../domain/prunable.js'
import { required } from '../../errors.js'
import type { PrunedRows } from '../../shapes/archive.js'
import { openWords, resolvedWords } from '../bugs/bug-predicates.js'
import { mayStartLate } from '../bugs/clock-start.js'
import { recordsDeletedBug } from '../bugs/deleted-bugs.js'
import { isSettledCommit } from '../delivery/prune-commits.js'
import { wordList } from '../word-list.js'

/** By table and year, the oldest first. */
export async function countPrunable(db: Db, rule: PruneRule): Promise<PrunedRows[]> {
  const counts: PrunedRows[] = []
  for (const each of prunable[rule.kind].tables) {
    const { table, dateColumn } = each
    const date = Prisma.raw(`h.${dateColumn}`)
    const years = await db.$queryRaw<PrunedRows[]>`
      SELECT
        ${table}::text AS table,
        -- '-infinity' is in no year.
        coalesce(extract(year FROM nullif(${date}, '-infinity'))::int, 0) AS year, count(*)::int AS rows
      FROM ${Prisma.raw(table)} h
      WHERE ${isPrunable(rule, each)}
      GROUP BY 2
      ORDER BY 2`
    counts.push(...years)
  }
  return counts
}

/** The tables with rows that the rule would delete. */
export async function findOverdueTables(db: Db, rule: PruneRule): Promise<string[]> {
  const overdue: string[] = []
  for (const each of prunable[rule.kind].tables) {
    const { table } = each
    const [row] = await db.$queryRaw<{ isOverdue: boolean }[]>`
      SELECT EXISTS (SELECT FROM ${Prisma.raw(table)} h WHERE ${isPrunable(rule, each)}) AS "isOverdue"`
    if (row?.isOverdue) overdue.push(table)
  }
  return overdue
}

/** The place before all rows of a table. */
export const tableStart = '(0,0)'

interface PruneBatch extends PruneRule {
  from: PrunableTable
  /** At most this many rows. */
  most: number
  /** The `last` of the batch before: what lies up to it is not read again. */
  after: string
}

interface PrunedBatch {
  deleted: number
  /** The place of the last row that was found; null where none was. */
  last: string | null
}

/**
 * Deletes rows of one table as they lie in it: sorting what remains, or finding each row by its key, would take longer than
 * deleting it. Rows that the planner reads in another order, or that moved, may lie before `last`.
 */
export async function pruneBatch(tx: Db, { from, most, after, ...rule }: PruneBatch): Promise<PrunedBatch> {
  if (rule.kind === 'audit') await setLocally(tx, { 'cto.audit_maintenance': 'on' })
  const table = Prisma.raw(from.table)
  const [batch] = await tx.$queryRaw<PrunedBatch[]>`
    WITH found AS MATERIALIZED (
      SELECT h.ctid AS place FROM ${table} h WHERE h.ctid > ${after}::tid AND ${isPrunable(rule, from)} LIMIT ${most}
    ), deleted AS (
      DELETE FROM ${table} WHERE ctid = ANY(ARRAY(SELECT place FROM found)) RETURNING 1
    )
    SELECT (SELECT count(*) FROM deleted)::int AS deleted, (SELECT max(place) FROM found)::text AS last`
  return required(batch, 'the counts of a batch')
}

function isPrunable({ kind, before }: PruneRule, { table, dateColumn }: PrunableTable): Prisma.Sql {
  const isOld = Prisma.sql`${Prisma.raw(`h.${dateColumn}`)} < ${before}`
  if (table === 'audit_log') return Prisma.sql`${isOld} AND NOT ${recordsDeletedBug}`
  if (kind === 'history') return Prisma.sql`${isOld} AND ${isOvertaken(before)}`
  return kind === 'commits' ? Prisma.sql`${isOld} AND ${isSettledCommit(before)}` : isOld
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
