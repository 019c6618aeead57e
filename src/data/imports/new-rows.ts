import type { Db } from '../../engine/client.js'
import type { Capabilities } from '../../engine/connection/connection.js'
import { Prisma } from '../../engine/sql.js'
import {
  arraysOf,
  asText,
  columnNames,
  tableName,
  typed,
  type RowValues,
  type ColumnValue,
} from '../../engine/change-rows.js'
import type { Table } from '../../engine/table.js'
import type { Importing } from './importing.js'

/** Stores the rows in their order. All have the fields of the first; the others get the database's defaults. */
export async function insertBatch<Field extends string>(
  tx: Db,
  table: Table<Field>,
  rows: readonly RowValues<Field>[],
): Promise<void> {
  const [first] = rows
  if (first) await tx.$executeRaw(insertOf(table, fieldsOf(first), rows))
}

/**
 * Whether rows may be stored by COPY, in two thirds of the time: where the connection can, and the role is not subject to
 * row-level security of any table, for which PostgreSQL has no COPY.
 */
export async function mayCopy(tx: Db, { canCopy }: Pick<Capabilities, 'canCopy'>): Promise<boolean> {
  if (!canCopy) return false
  const [row] = await tx.$queryRaw<{ may: boolean }[]>`
    SELECT NOT EXISTS (
      SELECT FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = current_schema() AND c.relrowsecurity AND row_security_active(c.oid)) AS may`
  return row?.may === true
}

/** The statement that stores rows as `insertBatch` does, to be made ahead of time; null where there are none. */
export function newRows<Field extends string>(
  table: Table<Field>,
  rows: readonly RowValues<Field>[],
  { byCopy }: Pick<Importing, 'byCopy'>,
): Prisma.Sql | null {
  const [first] = rows
  if (!first) return null
  return (byCopy ? copyOf : insertOf)(table, fieldsOf(first), rows)
}

function fieldsOf<Field extends string>(row: RowValues<Field>): Field[] {
  return Object.keys(row) as Field[]
}

/** A column in which all rows have one value is one parameter: importers write many of them, and casts take time. */
function insertOf<Field extends string>(
  table: Table<Field>,
  fields: readonly Field[],
  rows: readonly RowValues<Field>[],
): Prisma.Sql {
  const [first] = rows
  const isSame = (field: Field) => rows.every((row) => row[field] === first?.[field])
  const same = new Set(fields.filter(isSame))
  const varying = fields.filter((field) => !same.has(field))
  // Without any array there would be no rows.
  const listed = varying.length > 0 ? varying : fields.slice(0, 1)
  const values = fields.map((field) =>
    listed.includes(field) ? typed(table, field) : typedValue(table, field, first?.[field]),
  )
  return Prisma.sql`
    INSERT INTO ${tableName(table)} (${columnNames(table, fields)})
    SELECT ${Prisma.join(values)}
    FROM unnest(${arraysOf(rows, listed)}) WITH ORDINALITY AS n(${columnNames(table, listed)}, "place")
    ORDER BY n."place"`
}

function typedValue<Field extends string>(
  { columns }: Table<Field>,
  field: Field,
  value: ColumnValue | undefined,
): Prisma.Sql {
  return Prisma.sql`${asText(value)}::text::${Prisma.raw(columns[field].type)}`
}

/** As `letCopyIn` takes it: the rows as PostgreSQL's text format has them are the one parameter. */
function copyOf<Field extends string>(
  table: Table<Field>,
  fields: readonly Field[],
  rows: readonly RowValues<Field>[],
): Prisma.Sql {
  const statement = Prisma.sql`COPY ${tableName(table)} (${columnNames(table, fields)}) FROM STDIN`
  return Prisma.sql`${statement} /* ${copyLines(fields, rows)} */`
}

/** Many rows say the same as the one before them: who imports, when, from where. */
function copyLines<Field extends string>(
  fields: readonly Field[],
  rows: readonly RowValues<Field>[],
): string {
  const last = fields.map((): ColumnValue | undefined => undefined)
  const items = fields.map(() => itemOf(null))
  const lines = rows.map((row) => {
    for (const [place, field] of fields.entries()) {
      const value = row[field]
      if (value === last[place]) continue
      last[place] = value
      items[place] = itemOf(value)
    }
    return `${items.join('\t')}\n`
  })
  return lines.join('')
}

function itemOf(value: ColumnValue | undefined): string {
  const text = asText(value)
  if (text === null) return '\\N'
  if (typeof value === 'number') return text
  if (!/[\\\t\n\r]/.test(text)) return text
  return text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
}
