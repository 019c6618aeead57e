import type { QueryColumn } from '../data/admin/query/column-values.js'
import { required } from '../errors.js'
import type { Field, RecordView, Scalar } from '../output/field.js'
import type { QueryRow } from '../shapes/query-row.js'

type Column = Pick<QueryColumn, 'name' | 'isNumber'>

/** The rows of `db query`; fields have the names of its columns. */
export function queryView(columns: readonly Column[]): RecordView<QueryRow> {
  return {
    name: 'row',
    plural: 'rows',
    shape: 'queryRow',
    id: (row) => String(cellOf(row[required(columns[0], 'the first column of a query').name])),
    defaults: columns.map(({ name }) => name),
    fields: columns.map(fieldOf),
  }
}

/** For programs that list commands: the columns depend on the query. */
export const anyQueryView = queryView([])

function fieldOf({ name, isNumber }: Column): Field<QueryRow> {
  return {
    name,
    header: name,
    flat: (row) => cellOf(row[name]),
    // What it counts or names, only the statement tells.
    ...(isNumber ? { align: 'right', isName: true } : { shrink: 1, least: 8 }),
  }
}

/** Lists and objects as JSON, since their elements may hold commas. */
function cellOf(value: unknown): Scalar {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  return JSON.stringify(value)
}
