import type { Db } from './client.js'
import { Prisma } from './generated/client.js'
import { selectOf, type Table } from './table.js'

/*
 * Any number of rows in one statement, with an array of texts for each column. Of the ways that are the same on a server
 * and embedded this is the fastest.
 */

export type Value = string | number | boolean | Date | readonly string[] | null

/** A row by the names of its fields. */
export type Row<Field extends string> = Readonly<Partial<Record<Field, Value | undefined>>>

/**
 * The ids of those rows that are not in the database what they are here, in any of the fields. They are locked, in
 * order of id.
 */
export async function findDifferent<Field extends string>(
  tx: Db,
  table: Table<Field>,
  { rows, fields }: { rows: readonly (Row<Field> & { id: string })[]; fields: readonly Field[] },
): Promise<string[]> {
  if (rows.length === 0 || fields.length === 0) return []
  const found = await tx.$queryRaw<{ id: string }[]>`
    SELECT t.id::text
    FROM unnest(${arraysOf(rows, ['id', ...fields])}) AS n("id", ${columnNames(table, fields)})
    JOIN ${tableName(table)} t ON t.id = n."id"::uuid
    WHERE ROW(${Prisma.join(fields.map((field) => stored(table, field)))})
      IS DISTINCT FROM ROW(${Prisma.join(fields.map((field) => typed(table, field)))})
    ORDER BY t.id
    FOR UPDATE OF t`
  return found.map(({ id }) => id)
}

export interface Changed<Field extends string> {
  id: string
  /** The fields that were changed, as they were. */
  before: Row<Field>
  updatedAt: Date
}

/** Brings rows up to what is said of them, in the same fields of each. Those that are so already are not touched. */
export async function changeRows<Field extends string>(
  tx: Db,
  table: Table<Field | 'updatedAt'>,
  { changes, now }: { changes: readonly { id: string; said: Row<Field> }[]; now: Date },
): Promise<Changed<Field>[]> {
  const fields = Object.keys(changes[0]?.said ?? {}) as Field[]
  const rows = new Map(changes.map(({ id, said }) => [id, { ...said, id, updatedAt: now }]))
  const ids = await findDifferent<Field>(tx, table, { rows: [...rows.values()], fields })
  const before = await readRows<Record<string, Value> & { updatedAt: Date }>(tx, table, {
    ids,
    fields: [...fields, 'updatedAt'],
  })
  const different = ids.map((id) => rows.get(id)).filter((row) => row !== undefined)
  await updateRows(tx, table, { rows: different, fields: [...fields, 'updatedAt'] })
  return before.map(({ id, row }) => {
    const replaced = fields.filter((field) => asText(row[field]) !== asText(rows.get(id)?.[field]))
    return { id, before: pick(row, replaced), updatedAt: row.updatedAt }
  })
}

/** Rows by id, with these fields, in order of id. Decimals and enums are texts. */
export async function readRows<Found extends object>(
  tx: Db,
  table: Table<keyof Found & string>,
  { ids, fields }: { ids: readonly string[]; fields: readonly (keyof Found & string)[] },
): Promise<{ id: string; row: Found }[]> {
  if (ids.length === 0) return []
  const found = await tx.$queryRaw<(Found & { id: string })[]>`
    SELECT t.id::text, ${selectOf(table, 't', fields)}
    FROM ${tableName(table)} t
    WHERE t.id = ANY(${[...ids]}::uuid[])
    ORDER BY t.id`
  return found.map(({ id, ...row }) => ({ id, row: row as unknown as Found }))
}

/** Gives the fields of these rows these values. */
export async function updateRows<Field extends string>(
  tx: Db,
  table: Table<Field>,
  { rows, fields }: { rows: readonly (Row<Field> & { id: string })[]; fields: readonly Field[] },
): Promise<void> {
  if (rows.length === 0) return
  const names = columnNames(table, fields)
  const assignments = fields.map((field) => {
    const { column } = table.columns[field]
    return Prisma.raw(`"${column}" = n."${column}"`)
  })
  // A cluster takes no cast in SET; in a CTE it costs nothing more.
  await tx.$executeRaw`
    WITH n("id", ${names}) AS (
      SELECT n."id"::uuid, ${Prisma.join(fields.map((field) => typed(table, field)))}
      FROM unnest(${arraysOf(rows, ['id', ...fields])}) AS n("id", ${names})
    )
    UPDATE ${tableName(table)} t
    SET ${Prisma.join(assignments)}
    FROM n
    WHERE t.id = n."id"`
}

/** A parameter for each column: an array, spelled out here, since the layers below would look at each of its values. */
export function arraysOf<Field extends string>(
  rows: readonly Row<Field>[],
  fields: readonly Field[],
): Prisma.Sql {
  return Prisma.join(fields.map((field) => Prisma.sql`${columnLiteral(rows, field)}::text[]`))
}

/** Many rows say the same as the one before them: who imports, when, from where. */
function columnLiteral<Field extends string>(rows: readonly Row<Field>[], field: Field): string {
  let last: Value | undefined
  let item = 'NULL'
  const items: string[] = []
  for (const row of rows) {
    const value = row[field]
    if (value !== last) {
      last = value
      item = itemOf(asText(value))
    }
    items.push(item)
  }
  return `{${items.join(',')}}`
}

/** As PostgreSQL reads it, whatever the column's type is; null for NULL. */
export function asText(value: Value | undefined): string | null {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? arrayLiteral(value) : String(value)
}

/** As PostgreSQL writes arrays of texts. */
function arrayLiteral(texts: readonly (string | null)[]): string {
  return `{${texts.map(itemOf).join(',')}}`
}

function itemOf(text: string | null): string {
  if (text === null) return 'NULL'
  return `"${special.test(text) ? text.replace(/["\\]/g, '\\$&') : text}"`
}

const special = /["\\]/

function pick<Field extends string>(
  row: Readonly<Record<string, Value>>,
  fields: readonly Field[],
): Row<Field> {
  return Object.fromEntries(fields.map((field) => [field, row[field]])) as Row<Field>
}

export function tableName({ name }: Pick<Table, 'name'>): Prisma.Sql {
  return Prisma.raw(name)
}

export function columnNames<Field extends string>(
  { columns }: Table<Field>,
  fields: readonly Field[],
): Prisma.Sql {
  return Prisma.raw(fields.map((field) => `"${columns[field].column}"`).join(', '))
}

/** The value that came in. */
export function typed<Field extends string>({ columns }: Table<Field>, field: Field): Prisma.Sql {
  const { column, type } = columns[field]
  return Prisma.raw(`n."${column}"::${type}`)
}

/** The value that is there. */
function stored<Field extends string>({ columns }: Table<Field>, field: Field): Prisma.Sql {
  return Prisma.raw(`t."${columns[field].column}"`)
}
