import { Prisma } from '../../engine/sql.js'

/** Hours between two moments; null if either is missing or the second is the earlier. */
export function hoursBetween(from: Prisma.Sql, to: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`CASE WHEN ${to} >= ${from} THEN extract(epoch FROM ${to} - ${from}) / 3600 END`
}
