import { required } from '../../errors.js'
import { dayMs } from '../../domain/duration.js'
import type { ImportOutline } from './outline.js'
import { dateColumns } from '../map/columns.js'
import { DateColumn } from '../validate/date-column.js'
import { customDateFormat, type DateFormat } from '../validate/dates.js'

/** The columns of the file that hold times, by position. */
export function dateColumnsOf({
  type,
  mapping,
  table: { columns },
  toInstant,
  now,
}: ImportOutline): ReadonlyMap<number, DateColumn> {
  const positions = dateColumns[type].flatMap((field) => mapping.positions.get(field) ?? [])
  return new Map(
    positions.map((position) => [
      position,
      new DateColumn(
        required(columns[position], 'the header of a mapped column'),
        toInstant,
        // Clocks and zones may differ by a day.
        now.getTime() + dayMs,
      ),
    ]),
  )
}

/** The first ambiguous column that no other column resolves; null if there is none. */
export function openDates(dates: ReadonlyMap<number, DateColumn>): DateColumn | null {
  const all = [...dates.values()]
  return all.find((column) => column.ambiguous && column.lender(all) === undefined) ?? null
}

interface Settling {
  /** `--date-format`, or an answer. */
  format: string | null
  /** Whether the order of day and month may stay ambiguous: then either is used. */
  mayBeOpen?: boolean
}

/** The format of each column, and of each constant time. Throws AMBIGUOUS. */
export function settleDates(
  { type, mapping, toInstant, now }: ImportOutline,
  dates: ReadonlyMap<number, DateColumn>,
  { format, mayBeOpen = false }: Settling,
): ReadonlyMap<number | string, DateFormat | null> {
  const formats = new Map<number | string, DateFormat | null>()
  const custom = format === null ? null : customDateFormat(format)
  const all = [...dates.values()]
  const settle = (column: DateColumn): DateFormat | null => (mayBeOpen ? column.format : column.settle(all))
  for (const [position, column] of dates) formats.set(position, custom ?? settle(column))
  for (const field of dateColumns[type]) {
    const constant = mapping.constants.get(field)
    if (constant === undefined) continue
    const column = new DateColumn(`--const ${field}`, toInstant, now.getTime() + dayMs)
    column.observe(constant)
    formats.set(field, custom ?? settle(column))
  }
  return formats
}
