import { Prisma } from '../../engine/sql.js'

/**
 * A count of a day `m` of a project, null where nothing measured it: a day without an import is one that the snapshot
 * added for the health, and its columns, which are not nullable, hold 0. Lines are carried on from the day before.
 */
export function measured(column: 'commits_count' | 'contributors' | 'lines_of_code'): Prisma.Sql {
  const count = Prisma.raw(`m.${column}`)
  return Prisma.sql`
    CASE WHEN m.import_id IS NULL AND m.commits_count = 0 AND m.contributors = 0 THEN nullif(${count}, 0) ELSE ${count} END`
}
