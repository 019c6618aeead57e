import { dateColumns, type ImportType } from './map/columns.js'
import { DateColumn } from './validate/date-column.js'
import { customDateFormat, type DateFormat } from './validate/dates.js'
import type { Mapping } from './map/mapping.js'

/** The columns of the file that hold times, by position. */
export function dateColumnsOf(
  type: ImportType,
  mapping: Mapping,
  columns: readonly string[],
): ReadonlyMap<number, DateColumn> {
  const positions = dateColumns[type].flatMap((field) => mapping.positions.get(field) ?? [])
  return new Map(positions.map((position) => [position, new DateColumn(columns[position] ?? '')]))
}

/** The first column that could be read two ways, and that no other column helps; null where there is none. */
export function openDates(dates: ReadonlyMap<number, DateColumn>): DateColumn | null {
  const all = [...dates.values()]
  return all.find((column) => column.ambiguous && column.lender(all) === undefined) ?? null
}

/** How each of them, and each constant time, is read. Throws AMBIGUOUS. */
export function settleDates(
  type: ImportType,
  mapping: Mapping,
  dates: ReadonlyMap<number, DateColumn>,
  said: string | null,
): ReadonlyMap<number | string, DateFormat | null> {
  const formats = new Map<number | string, DateFormat | null>()
  const custom = said === null ? null : customDateFormat(said)
  const all = [...dates.values()]
  for (const [position, column] of dates) formats.set(position, custom ?? column.settle(all))
  for (const field of dateColumns[type]) {
    const constant = mapping.constants.get(field)
    if (constant === undefined) continue
    const column = new DateColumn(`--const ${field}`)
    column.observe(constant)
    formats.set(field, custom ?? column.settle(all))
  }
  return formats
}
