import { tables } from './generated/tables.js'

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

/** A table, its columns by the names of their fields. */
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
