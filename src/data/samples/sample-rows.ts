import { recordTables, type RecordTable } from '../../domain/kinds.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { allTables } from '../../engine/table.js'
import { countsOf } from '../counts.js'
import { lockTable } from '../lock-table.js'

/** A range of UUIDs, both ends included. */
export interface IdRange {
  first: string
  last: string
}

/** Until its transaction ends, no other one stores sample data in this schema: their rows have the same ids. */
export async function lockSamples(tx: Db): Promise<void> {
  await lockTable(tx, 'projects')
}

/** Whether a user, project or bug has an id in the range. */
export async function hasRowsIn(db: Db, range: IdRange): Promise<boolean> {
  const found = recordTables.map(
    (table) => Prisma.sql`EXISTS (SELECT 1 FROM ${Prisma.raw(table)} WHERE ${isIn(range)})`,
  )
  const [row] = await db.$queryRaw<{ found: boolean }[]>`SELECT ${Prisma.join(found, ' OR ')} AS found`
  return row?.found ?? false
}

interface Own {
  ids: IdRange
  /** `externalSource` of imports that count as own. */
  externalSource: string
}

/** Counts rows whose ids are outside the range and that no import from the source created. */
export async function countForeignRows(
  db: Db,
  { ids, externalSource }: Own,
): Promise<Record<RecordTable, number>> {
  const isForeign = Prisma.sql`
    NOT (${isIn(ids)})
    AND (
      import_id IS NULL
      OR import_id NOT IN (SELECT id FROM import_logs WHERE metadata ->> 'externalSource' = ${externalSource})
    )`
  const [counts] = await db.$queryRaw<
    Record<RecordTable, number>[]
  >`SELECT ${countsOf(recordTables, isForeign)}`
  if (!counts) throw new Error('an aggregate without a row')
  return counts
}

/**
 * Updates the planner's statistics after many inserts: the embedded database never does so on its own, and a server does it
 * too late for the next command.
 */
export async function analyzeTables(tx: Db): Promise<void> {
  await tx.$executeRaw`ANALYZE ${Prisma.raw(allTables.map(({ name }) => name).join(', '))}`
}

function isIn({ first, last }: IdRange): Prisma.Sql {
  return Prisma.sql`id BETWEEN ${first}::uuid AND ${last}::uuid`
}
