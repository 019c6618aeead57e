import { countedTables, jsonNameOf } from '../../domain/counted-tables.js'
import type { RowCounts } from '../../shapes/database.js'
import type { Db } from '../client.js'
import { Prisma } from '../sql.js'

export async function countRows(db: Db): Promise<RowCounts> {
  const counts = countedTables.map((name) => `(SELECT count(*)::int FROM ${name}) AS "${jsonNameOf(name)}"`)
  const [row] = await db.$queryRaw<RowCounts[]>`SELECT ${Prisma.raw(counts.join(', '))}`
  if (!row) throw new Error('an aggregate without a row')
  return row
}
