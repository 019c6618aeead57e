import type { Db } from './client.js'
import { Prisma } from './generated/client.js'
import { tableOf, type Table, type TableName } from './table.js'

/**
 * Any number of rows in one statement and one parameter, in their order. Fields are those of the Prisma schema; what no
 * row names keeps its default. All rows must have the fields of the first.
 */
export async function insertRows(tx: Db, name: TableName, rows: readonly object[]): Promise<void> {
  const [first] = rows
  if (!first) return
  const table: Table = tableOf(name)
  const columnOf = (field: string) => requireColumn(table, field)
  const columns = Prisma.raw(Object.keys(first).map(columnOf).join(', '))
  const named = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([field, value]) => [columnOf(field), value as unknown])),
  )
  await tx.$executeRaw`
    INSERT INTO ${Prisma.raw(name)} (${columns})
    SELECT ${columns}
    FROM json_populate_recordset(NULL::${Prisma.raw(name)}, ${JSON.stringify(named)}::json)`
}

function requireColumn({ name, columns }: Table, field: string): string {
  const found = columns[field]
  if (!found) throw new Error(`${name} has no field ${field}`)
  return found.column
}
