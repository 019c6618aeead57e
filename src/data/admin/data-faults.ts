import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { bugIsOpen, bugIsResolved, priorityOf } from '../bugs/bug-predicates.js'
import { changesInOrder, contradicts } from '../bugs/unreplayable.js'
import { findInterrupted } from '../imports/running-imports.js'

/* Rows that contradict each other, or a rule that no constraint enforces. */

/** How many there are, and the first by name. */
export interface FaultyRows {
  count: number
  examples: string[]
}

const mostExamples = 5

/** Every n-th id, in order: the last ids of slices of all bugs. */
export async function findBugSlices(db: Db, { bugsEach }: { bugsEach: number }): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id::text
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM bugs) b
    WHERE place % ${bugsEach} = 0
    ORDER BY place`
  return rows.map(({ id }) => id)
}

/** Bugs whose ids are above the one and up to the other; null is an open end. */
export interface BugSlice {
  above: string | null
  upTo: string | null
}

export interface WrongHistory {
  /** Number of the bug. */
  name: string
  /** Its history does not lead to its present state. */
  isUnreplayable: boolean
  /** It changed before it was created. */
  isBeforeCreation: boolean
}

/** Both tables are read by the range of ids: PostgreSQL does not conclude the one from the other. */
export async function findWrongHistories(db: Db, slice: BugSlice): Promise<WrongHistory[]> {
  const isBeforeCreation = Prisma.sql`h.changed_at < b.created_at`
  return db.$queryRaw<WrongHistory[]>`
    SELECT
      b.bug_number AS name, bool_or(${contradicts}) AS "isUnreplayable", bool_or(${isBeforeCreation}) AS "isBeforeCreation"
    FROM (${changesInOrder(isWithin(slice, Prisma.sql`bug_id`))}) h
    JOIN bugs b ON b.id = h.bug_id
    WHERE ${isWithin(slice, Prisma.sql`b.id`)} AND (${contradicts} OR ${isBeforeCreation})
    GROUP BY b.bug_number
    ORDER BY b.bug_number`
}

function isWithin({ above, upTo }: BugSlice, id: Prisma.Sql): Prisma.Sql {
  const from = above === null ? Prisma.sql`true` : Prisma.sql`${id} > ${above}::uuid`
  const to = upTo === null ? Prisma.sql`true` : Prisma.sql`${id} <= ${upTo}::uuid`
  return Prisma.sql`${from} AND ${to}`
}

export type DateFault = 'resolvedBeforeCreated' | 'inFuture' | 'resolvedWithoutDate'

export async function findWrongDates(db: Db, { now }: { now: Date }): Promise<Record<DateFault, FaultyRows>> {
  const isInFuture = Prisma.sql`b.created_at > ${now}::timestamptz OR b.resolved_at > ${now}::timestamptz`
  return {
    resolvedBeforeCreated: await findFaultyBugs(db, Prisma.sql`b.resolved_at < b.created_at`),
    inFuture: await findFaultyBugs(db, isInFuture),
    resolvedWithoutDate: await findFaultyBugs(db, Prisma.sql`${bugIsResolved} AND b.resolved_at IS NULL`),
  }
}

const clockContradicts = Prisma.sql`${bugIsOpen} <> (b.sla_stopped_at IS NULL)`

/** The clock stopped late, and the step that stopped it did not write it down; what was imported late never ran here. */
const breachUnrecorded = Prisma.sql`
  b.sla_breached_at IS NULL AND b.sla_stopped_at > b.sla_due_at AND EXISTS (
    SELECT FROM bug_history h
    WHERE h.bug_id = b.id AND h.field_changed = 'status' AND h.import_id IS NULL)`

export async function findWrongClocks(db: Db): Promise<Record<'clock' | 'breach', FaultyRows>> {
  return {
    clock: await findFaultyBugs(db, clockContradicts),
    breach: await findFaultyBugs(db, breachUnrecorded),
  }
}

const score = priorityOf({
  severity: Prisma.sql`b.severity`,
  revenueImpact: Prisma.sql`b.revenue_impact`,
  isBlocker: Prisma.sql`b.is_blocker`,
})

const scoreDiffers = Prisma.sql`NOT b.priority_pinned AND b.priority_score <> ${score}`

export function findWrongPriorities(db: Db): Promise<FaultyRows> {
  return findFaultyBugs(db, scoreDiffers)
}

/** Statements that recompute what is derived, for the tables of a schema. They hold no parameters. */
export function recomputeStatements(schema: string): {
  clock: string[]
  breach: string[]
  priority: string[]
} {
  const update = (set: Prisma.Sql, where: Prisma.Sql) =>
    `UPDATE "${schema.replaceAll('"', '""')}".bugs AS b SET ${oneLine(set)} WHERE ${oneLine(where)}`
  const ran = Prisma.sql`${bugIsOpen} AND b.sla_stopped_at IS NOT NULL`
  const stopped = Prisma.sql`NOT ${bugIsOpen} AND b.sla_stopped_at IS NULL`
  const history = `"${schema.replaceAll('"', '""')}".bug_history`
  return {
    clock: [
      update(Prisma.sql`sla_stopped_at = NULL`, ran),
      update(Prisma.sql`sla_stopped_at = coalesce(b.resolved_at, b.updated_at)`, stopped),
    ],
    breach: [
      update(Prisma.sql`sla_breached_at = b.sla_due_at`, breachUnrecorded).replace('bug_history', history),
    ],
    priority: [update(Prisma.sql`priority_score = ${score}`, scoreDiffers)],
  }
}

function oneLine({ sql, values }: Prisma.Sql): string {
  if (values.length > 0) throw new Error('a statement to be printed has no parameters')
  return sql.replace(/\s+/g, ' ').trim()
}

/**
 * The bugs for which a condition holds. A walk for each: in one walk for several, EXISTS would be planned as a subquery a
 * row, which costs so much on paper that PostgreSQL compiles the statement, for 0.6 s at 100,000 bugs.
 */
async function findFaultyBugs(db: Db, condition: Prisma.Sql): Promise<FaultyRows> {
  const [row] = await db.$queryRaw<FaultyRows[]>`
    SELECT
      count(*)::int AS count,
      coalesce((array_agg(b.bug_number ORDER BY b.bug_number))[1:${mostExamples}], '{}') AS examples
    FROM bugs b
    WHERE ${condition}`
  return row ?? { count: 0, examples: [] }
}

export interface Orphans {
  /** `bugs.bugs_project_id_fkey` */
  constraint: string
  rows: number
  /** What refers to nothing: a SELECT that shows the rows. */
  select: string
}

/** Rows that refer to rows that are not there, by foreign key. */
export async function findOrphans(db: Db, schema: string): Promise<Orphans[]> {
  const keys = await db.$queryRaw<
    { constraint: string; child: string; parent: string; pairs: string; given: string }[]
  >`
    SELECT
      c.relname || '.' || k.conname AS constraint, format('%I.%I', n.nspname, c.relname) AS child,
      format('%I.%I', pn.nspname, p.relname) AS parent,
      string_agg(format('p.%I = c.%I', pa.attname, ca.attname), ' AND ' ORDER BY key.place) AS pairs,
      string_agg(format('c.%I IS NOT NULL', ca.attname), ' AND ' ORDER BY key.place) AS given
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.conrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_class p ON p.oid = k.confrelid
    JOIN pg_namespace pn ON pn.oid = p.relnamespace
    CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY key(child, parent, place)
    JOIN pg_attribute ca ON ca.attrelid = c.oid AND ca.attnum = key.child
    JOIN pg_attribute pa ON pa.attrelid = p.oid AND pa.attnum = key.parent
    WHERE n.nspname = ${schema} AND k.contype = 'f'
    GROUP BY k.oid, c.relname, k.conname, n.nspname, pn.nspname, p.relname
    ORDER BY 1`
  const orphans: Orphans[] = []
  for (const { constraint, child, parent, pairs, given } of keys) {
    const from = `FROM ${child} c WHERE ${given} AND NOT EXISTS (SELECT FROM ${parent} p WHERE ${pairs})`
    const [row] = await db.$queryRaw<{ n: number }[]>`SELECT count(*)::int AS n ${Prisma.raw(from)}`
    if (row && row.n > 0) orphans.push({ constraint, rows: row.n, select: `SELECT c.* ${from}` })
  }
  return orphans
}

/** Imports that are recorded as running and do not run, as their process ended before they did; unless their file was imported since. */
export async function findInterruptedImports(db: Db): Promise<string[]> {
  const running = await db.$queryRaw<{ id: string }[]>`
    SELECT id::text
    FROM import_logs i
    WHERE metadata ->> 'state' = 'running' AND NOT EXISTS (
      SELECT FROM import_logs l
      WHERE l.timestamp > i.timestamp AND l.source = i.source AND l.metadata ->> 'state' = 'done'
        AND l.metadata ->> 'file' = i.metadata ->> 'file' AND l.metadata ->> 'type' = i.metadata ->> 'type')
    ORDER BY timestamp`
  return findInterrupted(
    db,
    running.map(({ id }) => id),
  )
}

/** Imports of bugs of which more rows are there than they say they created. */
export async function findOvercountedImports(db: Db): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT i.id::text
    FROM import_logs i
    JOIN (SELECT import_id, count(*) AS bugs FROM bugs WHERE import_id IS NOT NULL GROUP BY import_id) b ON b.import_id = i.id
    WHERE i.metadata ->> 'type' = 'bugs' AND b.bugs > coalesce((i.metadata #>> '{counts,created}')::bigint, i.records_imported)
    ORDER BY i.timestamp, i.id`
  return rows.map(({ id }) => id)
}
