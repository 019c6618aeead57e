import { required } from '../../errors.js'
import type { Mapping } from '../map/mapping.js'
import { detached, isBlank } from '../spelling.js'

/** The fields by which people group the rows of a spreadsheet. */
const groupingFields = ['status', 'severity', 'project']

const mostValues = 1000

/** The smallest number of values, and of empty cells, that makes a column doubtful. */
const least = 2

/**
 * Finds columns in which every value stands once, above empty cells: a spreadsheet exports merged cells so, and the rows below
 * would lose their value.
 */
export class MergedCells {
  readonly #columns: { at: number; values: Set<string>; empty: number; isRefuted: boolean }[]

  constructor({ positions }: Mapping) {
    this.#columns = groupingFields.flatMap((field) => {
      const [at, ...others] = positions.get(field) ?? []
      return at === undefined || others.length > 0
        ? []
        : [{ at, values: new Set<string>(), empty: 0, isRefuted: false }]
    })
  }

  observe(cells: readonly string[]): void {
    for (const column of this.#columns) {
      if (column.isRefuted) continue
      const cell = cells[column.at] ?? ''
      if (isBlank(cell)) {
        column.empty += 1
        column.isRefuted = column.values.size === 0
      } else {
        column.isRefuted = column.values.has(cell) || column.values.size === mostValues
        if (!column.isRefuted) column.values.add(detached(cell))
      }
    }
  }

  remarks(headers: readonly string[]): string[] {
    return this.#columns
      .filter(({ isRefuted, values, empty }) => !isRefuted && values.size >= least && empty >= least)
      .filter(({ values, empty }) => empty >= values.size)
      .map(({ at }) => {
        const header = required(headers[at], 'the header of a mapped column')
        return `"${header}" has each value once, above empty cells: if cells were merged, fill them down before the import`
      })
  }
}
