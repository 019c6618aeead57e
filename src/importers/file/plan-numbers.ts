import { numberColumns } from '../map/columns.js'
import type { ReadDecimal } from '../validate/decimals.js'
import { NumberColumn } from '../validate/number-column.js'
import type { ImportOutline } from './outline.js'

/** The columns of the file that hold numbers, by position; none with `--locale`. */
export function numberColumnsOf({ type, mapping, locale }: ImportOutline): ReadonlyMap<number, NumberColumn> {
  if (locale !== null) return new Map()
  const positions = numberColumns[type].flatMap((field) => mapping.positions.get(field) ?? [])
  return new Map(positions.map((position) => [position, new NumberColumn()]))
}

/** The columns whose decimal format differs from the rest. */
export function settleNumbers(numbers: ReadonlyMap<number, NumberColumn>): ReadonlyMap<number, ReadDecimal> {
  const columns = [...numbers.values()]
  const readers = [...numbers].map(([position, column]) => [position, column.readDecimal(columns)] as const)
  return new Map(readers.flatMap(([position, read]) => (read === null ? [] : [[position, read]])))
}
