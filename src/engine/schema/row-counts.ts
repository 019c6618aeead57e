import { rowCountsShape, type RowCounts } from '../../shapes/database.js'
import type { Db } from '../client.js'
import { Prisma } from '../generated/client.js'
import { allTables } from '../table.js'

export type { RowCounts }

/** The tables of the shape, by their JSON names: `import_logs` is `importLogs`. */
const counted = allTables
  .map(({ name }) => ({ name, key: name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) }))
  .filter(({ key }) => key in rowCountsShape.properties)

export async function countRows(db: Db): Promise<RowCounts> {
  const counts = counted.map(({ name, key }) => `(SELECT count(*)::int FROM ${name}) AS "${key}"`)
  const [row] = await db.$queryRaw<RowCounts[]>`SELECT ${Prisma.raw(counts.join(', '))}`
  if (!row) throw new Error('an aggregate without a row')
  return row
}
