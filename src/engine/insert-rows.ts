import type { Db } from './client.js'
import { Prisma } from './generated/client.js'
import { tableOf, type Table, type TableName } from './table.js'

/**
 * Inserts any number of rows, in order, in one statement with one parameter. Fields are those of the Prisma schema; fields
 * that the rows lack keep their defaults. All rows must have the fields of the first.
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
