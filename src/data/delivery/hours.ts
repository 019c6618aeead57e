import { Prisma } from '../../engine/sql.js'

/** Hours between two moments, as floats, which are fast to compare; null if either is missing or the second is the earlier. */
export function hoursBetween(from: Prisma.Sql, to: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`CASE WHEN ${to} >= ${from} THEN date_part('epoch', ${to} - ${from}) / 3600 END`
}
