import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/generated/client.js'

/** UUIDs, both included. */
export interface IdRange {
  first: string
  last: string
}

/** Whether a user, project or bug has an id in the range. */
export async function hasRowsIn(db: Db, range: IdRange): Promise<boolean> {
  const inRange = isIn(range)
  const [row] = await db.$queryRaw<{ found: boolean }[]>`
    SELECT
      EXISTS (SELECT 1 FROM users WHERE ${inRange})
      OR EXISTS (SELECT 1 FROM projects WHERE ${inRange})
      OR EXISTS (SELECT 1 FROM bugs WHERE ${inRange}) AS found`
  return row?.found ?? false
}

interface Own {
  ids: IdRange
  /** `externalSource` of the imports that are ours too. */
  externalSource: string
}

/** Rows whose ids are outside the range and that no import from the source created. */
export async function countForeignRows(
  db: Db,
  { ids, externalSource }: Own,
): Promise<{ bugs: number; projects: number; users: number }> {
  const isForeign = Prisma.sql`
    NOT (${isIn(ids)})
    AND (
      import_id IS NULL
      OR import_id NOT IN (SELECT id FROM import_logs WHERE metadata ->> 'externalSource' = ${externalSource})
    )`
  const [counts] = await db.$queryRaw<{ bugs: number; projects: number; users: number }[]>`
    SELECT
      (SELECT count(*)::int FROM bugs WHERE ${isForeign}) AS bugs,
      (SELECT count(*)::int FROM projects WHERE ${isForeign}) AS projects,
      (SELECT count(*)::int FROM users WHERE ${isForeign}) AS users`
  if (!counts) throw new Error('an aggregate without a row')
  return counts
}

/**
 * Gathers the planner's statistics after many rows were inserted: the embedded database never does so on its own, and a
 * server does it too late for the next command.
 */
export async function analyzeTables(tx: Db): Promise<void> {
  await tx.$executeRaw`ANALYZE bugs, bug_history, projects, users, project_metrics`
}

function isIn({ first, last }: IdRange): Prisma.Sql {
  return Prisma.sql`id BETWEEN ${first}::uuid AND ${last}::uuid`
}
