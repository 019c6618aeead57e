import type { Db } from './client.js'
import { Prisma } from './sql.js'
import { columnOf, tableOf, type Table, type TableName } from './table.js'

/**
 * Inserts any number of rows, in order, in one statement with one parameter. Fields are those of the Prisma schema; fields
 * that the rows lack keep their defaults. All rows must have the fields of the first. JSON may be text, as `selectOf` reads it.
 */
export async function insertRows(tx: Db, name: TableName, rows: readonly object[]): Promise<void> {
  const [first] = rows
  if (first) await tx.$executeRaw(insertStatement(name, [first, ...rows.slice(1)]))
}

/** The statement of `insertRows`, for a connection without Prisma. */
export function insertStatement(
  name: TableName,
  rows: readonly [first: object, ...others: object[]],
): Prisma.Sql {
  const [first] = rows
  const columns = Prisma.raw(
    Object.keys(first)
      .map((field) => columnOf(name, field))
      .join(', '),
  )
  const { columns: table }: Table = tableOf(name)
  const valueOf = (field: string, value: unknown): unknown =>
    table[field]?.type === 'jsonb' && typeof value === 'string' ? JSON.parse(value) : value
  const named = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([field, value]) => [columnOf(name, field), valueOf(field, value)]),
    ),
  )
  return Prisma.sql`
    INSERT INTO ${Prisma.raw(name)} (${columns})
    SELECT ${columns}
    FROM json_populate_recordset(NULL::${Prisma.raw(name)}, ${JSON.stringify(named)}::json)`
}
