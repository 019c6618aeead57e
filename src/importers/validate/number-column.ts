import { decimalReader, type ReadDecimal } from './decimals.js'

/** Detects from all its values whether a column writes decimals with a comma, without `--locale`. */
export class NumberColumn {
  #commas = 0
  #points = 0

  observe(cell: string): void {
    if (!/[.,]/.test(cell)) return
    const digits = cell.replace(/[^\d.,]/g, '')
    if (provesDecimal(digits, ',', '.')) this.#commas += 1
    if (provesDecimal(digits, '.', ',')) this.#points += 1
  }

  /** Null if its values show nothing, or both: then values with a comma are rejected. */
  get point(): ',' | '.' | null {
    if (this.#commas > 0 === this.#points > 0) return null
    return this.#commas > 0 ? ',' : '.'
  }

  /** Null: the default. A program writes all columns in one way, so that those that show nothing are like the others. */
  readDecimal(others: Iterable<NumberColumn>): ReadDecimal | null {
    const isOpen = this.#commas + this.#points === 0
    const points = isOpen ? [...others].map(({ point }) => point) : [this.point]
    return points.includes(',') && !points.includes('.') ? decimalReader('de') : null
  }
}

/**
 * Whether a number can be read in only one way: `1,50`, `0,250` (a first group never starts with 0), `1.234,50`,
 * `1.234.567`. `1,500` is ambiguous.
 */
function provesDecimal(digits: string, point: string, group: string): boolean {
  const [whole = '', ...fractions] = digits.split(point)
  if (fractions.length === 0) return digits.split(group).length > 2
  const [fraction = ''] = fractions
  if (fractions.length > 1 || fraction.includes(group)) return false
  return fraction.length !== 3 || whole.includes(group) || whole.length > 3 || whole.startsWith('0')
}
