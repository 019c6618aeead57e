import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'

/** The size, in bytes, of the relation that a column such as `c.oid` names. */
type SizeOf = (column: string) => Prisma.Sql

export interface SizeFunctions {
  /** With indexes and whatever is stored out of line. */
  total: SizeOf
  /** Rows alone, without indexes. */
  table: SizeOf
  /** Of one relation: a table or an index. */
  relation: SizeOf
}

/** PostgreSQL's functions see one node; those of a cluster see all, and fail for a table that is not distributed. */
export async function sizeFunctions(db: Db): Promise<SizeFunctions> {
  const [row] = await db.$queryRaw<{ hasCitus: boolean }[]>`
    SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') AS "hasCitus"`
  const call = (place: string, what: string, column: string) => `${place}_${what}_size(${column})`
  const sizeOf =
    (what: string): SizeOf =>
    (column) => {
      const here = call('pg', what, column)
      if (!row?.hasCitus) return Prisma.raw(here)
      const isDistributed = `EXISTS (SELECT FROM pg_dist_partition d WHERE d.logicalrelid = ${column})`
      return Prisma.raw(`(CASE WHEN ${isDistributed} THEN ${call('citus', what, column)} ELSE ${here} END)`)
    }
  return { total: sizeOf('total_relation'), table: sizeOf('table'), relation: sizeOf('relation') }
}
