import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'

/** The functions that tell the size of a relation: those of a cluster where there is one, as PostgreSQL's see one node. */
export interface SizeFunctions {
  /** With indexes and whatever is stored out of line. */
  total: Prisma.Sql
  /** Rows alone, without indexes. */
  table: Prisma.Sql
  /** Of one relation: a table or an index. */
  relation: Prisma.Sql
}

export async function sizeFunctions(db: Db): Promise<SizeFunctions> {
  const [row] = await db.$queryRaw<{ citus: boolean }[]>`
    SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') AS citus`
  const prefix = row?.citus ? 'citus' : 'pg'
  const named = (what: string) => Prisma.raw(`${prefix}_${what}_size`)
  return { total: named('total_relation'), table: named('table'), relation: named('relation') }
}
