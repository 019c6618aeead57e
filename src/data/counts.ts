import { Prisma } from '../engine/sql.js'
import type { TableName } from '../engine/table.js'

/** The number of rows that a condition holds for, a column for each table. */
export function countsOf(tables: readonly TableName[], condition: Prisma.Sql): Prisma.Sql {
  const counts = tables.map((name) => {
    const table = Prisma.raw(name)
    return Prisma.sql`(SELECT count(*)::int FROM ${table} WHERE ${condition}) AS ${table}`
  })
  return Prisma.join(counts)
}
