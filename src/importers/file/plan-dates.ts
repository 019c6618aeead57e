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
  preset: { namesBeforeDates: hasNames },
  table: { columns },
  toInstant,
  now,
  dateFormat,
}: ImportOutline): ReadonlyMap<number, DateColumn> {
  const custom = dateFormat === null ? null : customDateFormat(dateFormat)
  const positions = dateColumns[type].flatMap((field) => mapping.positions.get(field) ?? [])
  return new Map(
    positions.map((position) => [
      position,
      new DateColumn(
        required(columns[position], 'the header of a mapped column'),
        // Clocks and zones may differ by a day.
        { toInstant, latest: now.getTime() + dayMs, custom, hasNames },
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

/** How the times of a file are read. */
export interface SettledDates {
  /** By position, or by our column for a constant; null if no value could be read. */
  dateFormats: ReadonlyMap<number | string, DateFormat | null>
  /** The zone in which days and times without a zone are read; null if the file has none, or names their zone in a column. */
  localZone: string | null
}

/** Settles the format of each column, and of each constant time. Throws AMBIGUOUS. */
export function settleDates(
  outline: ImportOutline,
  dates: ReadonlyMap<number, DateColumn>,
  { format, mayBeOpen = false }: Settling,
): SettledDates {
  const { type, mapping, toInstant, now, zone } = outline
  const all = [...dates.values()]
  let hasLocalTimes = all.some((column) => column.hasLocalTimes)
  const formats = new Map<number | string, DateFormat | null>()
  const custom = format === null ? null : customDateFormat(format)
  const settle = (column: DateColumn): DateFormat | null => (mayBeOpen ? column.format : column.settle(all))
  for (const [position, column] of dates) formats.set(position, custom ?? settle(column))
  for (const field of dateColumns[type]) {
    const constant = mapping.constants.get(field)
    if (constant === undefined) continue
    const column = new DateColumn(`--const ${field}`, { toInstant, latest: now.getTime() + dayMs, custom })
    column.observe(constant)
    hasLocalTimes ||= column.hasLocalTimes
    formats.set(field, custom ?? settle(column))
  }
  // A figure of a day keeps the day as it is written, and a column can name the zone.
  const isLocal = hasLocalTimes && type !== 'metrics' && !mapping.positions.has('utcOffset')
  return { dateFormats: formats, localZone: isLocal ? zone : null }
}
