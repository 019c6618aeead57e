import { counted } from '../../domain/counted.js'
import type { Mapping } from '../map/mapping.js'
import { isBlank } from '../spelling.js'

interface Unnamed {
  at: number
  values: number
  /** Whether it numbers the records, from 0 or 1, as programs write a first column. */
  isIndex: boolean
}

/** Finds columns without a header that have values nevertheless: a report that lists unused headers cannot name them. */
export class UnnamedColumns {
  readonly #columns: Unnamed[]
  #records = 0

  constructor({ positions, key }: Mapping, headers: readonly string[]) {
    const used = new Set([...positions.values(), key].flat())
    this.#columns = [...headers.entries()]
      .filter(([at, header]) => isBlank(header) && !used.has(at))
      .map(([at]) => ({ at, values: 0, isIndex: true }))
  }

  observe(cells: readonly string[]): void {
    for (const column of this.#columns) {
      const cell = cells[column.at] ?? ''
      if (!isBlank(cell)) column.values += 1
      const number = Number(cell) - this.#records
      column.isIndex &&= number === 0 || number === 1
    }
    this.#records += 1
  }

  get remarks(): string[] {
    return this.#columns
      .filter(({ values, isIndex }) => values > 0 && !isIndex)
      .map(
        ({ at, values }) =>
          `column ${at + 1} has no header, and its ${counted(values, 'value')} ${values === 1 ? 'is' : 'are'} not used → --map FIELD=#${at + 1}`,
      )
  }
}
