import type { FieldTraits } from '../domain/field.js'
import { Prisma } from './sql.js'
import { tables } from './generated/tables.js'
import type { Sortable } from './sort.js'

/** A column, as the Prisma schema describes it. */
export interface Column {
  column: string
  /** The SQL type as a cast takes it: `uuid`, `text[]`, `"BugStatus"`. */
  type: string
  /** Precision and scale of a number, precision of a time; null where the type has none. */
  size: string | null
  nullable: boolean
  hasDefault: boolean
  /** The table that a foreign key points to. */
  refersTo: string | null
}

/** A table, its columns keyed by field name. */
export interface Table<Field extends string = string> {
  name: TableName
  /** The Prisma model. */
  model: string
  key: readonly string[]
  columns: Readonly<Record<Field, Column>>
}

export type TableName = keyof typeof tables

/** The fields of a table. */
export type FieldOf<Name extends TableName> = keyof (typeof tables)[Name]['columns'] & string

/** The description of a table. */
export function tableOf<Name extends TableName>(name: Name): Table<FieldOf<Name>> {
  return tables[name] as Table<FieldOf<Name>>
}

export const allTables: readonly Table[] = Object.values(tables)

/** The column of a field. Throws where the table has no such field. */
export function columnOf(name: TableName, field: string): string {
  const found = (tableOf(name) as Table).columns[field]
  if (!found) throw new Error(`${name} has no field ${field}`)
  return found.column
}

/** The fields of the record that commands print, in the order of the columns. */
export function shownFields<Field extends string>(
  { columns }: Table<Field>,
  traits: Readonly<Record<Field, FieldTraits>>,
): Field[] {
  return (Object.keys(columns) as Field[]).filter((field) => !traits[field].hidden)
}

/** Columns of a table for SELECT, aliased to their field names. */
export function selectOf<Field extends string>(
  { columns }: Table<Field>,
  alias: string,
  fields: readonly Field[],
): Prisma.Sql {
  const texts = fields.map((field) => {
    const { column, type } = columns[field]
    return `${alias}."${column}"${textCast(type)} AS "${field}"`
  })
  return Prisma.raw(texts.join(', '))
}

/** The cast to text for types that JavaScript cannot represent exactly, enums and ids; empty for other types. */
function textCast(type: string): string {
  return type === 'numeric' || type === 'uuid' || type === 'jsonb' || type.startsWith('"') ? '::text' : ''
}

/** How the columns of a table are sorted, keyed by field name. */
export function sortableColumns<Field extends string>(
  { columns }: Table<Field>,
  alias: string,
  fields: readonly Field[],
): Record<Field, Sortable> {
  const entries = fields.map((field): [Field, Sortable] => {
    const { column, type, nullable } = columns[field]
    return [field, { sql: Prisma.raw(`${alias}."${column}"`), type: Prisma.raw(type), nullable }]
  })
  return Object.fromEntries(entries) as Record<Field, Sortable>
}

/** The fields that point to rows of another table. */
export function fieldsReferringTo<Field extends string>(
  { columns }: Table<Field>,
  target: TableName,
): Field[] {
  return (Object.keys(columns) as Field[]).filter((field) => columns[field].refersTo === target)
}
