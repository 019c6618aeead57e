import { CtoError } from '../../../errors.js'
import { dateFormats, type DateFormat, isEitherOrder, isNoDate } from './dates.js'
import { isAbsent } from '../spelling.js'

const sameInstant = (local: number): number => local

/** Finds the one format of a column from all its values: the one that reads the most of them. */
export class DateColumn {
  readonly header: string
  readonly #reads: number[] = dateFormats.map(() => 0)
  #either: string | null = null

  constructor(header: string) {
    this.header = header
  }

  observe(cell: string): void {
    const text = cell.trim()
    if (isAbsent(text) || isNoDate(text)) return
    for (const [index, format] of dateFormats.entries()) {
      if (format.read(text, sameInstant) !== null) this.#reads[index] = (this.#reads[index] ?? 0) + 1
    }
    if (this.#either === null && isEitherOrder(text)) this.#either = text
  }

  /** Whether more values can still change the answer: none seen yet, or day and month are open. */
  get open(): boolean {
    return this.format === null || this.ambiguous
  }

  /** Null while no value could be read. */
  get format(): DateFormat | null {
    const most = Math.max(...this.#reads)
    return most === 0 ? null : (dateFormats[this.#reads.indexOf(most)] ?? null)
  }

  get ambiguous(): boolean {
    const [dayFirst, monthFirst] = orders.map((name) => this.#reads[indexOf(name)] ?? 0)
    return this.format?.name === orders[0] && dayFirst === monthFirst && this.#either !== null
  }

  /** A day-and-month column that proves its order lends it to one that cannot. */
  settle(others: readonly DateColumn[]): DateFormat | null {
    if (!this.ambiguous) return this.format
    const lender = others.find(
      ({ ambiguous, format }) => !ambiguous && orders.some((name) => format?.name === name),
    )
    if (lender !== undefined) return lender.format
    throw new CtoError('AMBIGUOUS', `column "${this.header}": "${this.#either ?? ''}" can be read two ways`, {
      reason: 'no value of the column shows whether the day or the month comes first',
      hint: '--date-format dd/MM/yyyy or --date-format MM/dd/yyyy',
    })
  }
}

const orders = ['dd/MM/yyyy', 'MM/dd/yyyy'] as const

function indexOf(name: string): number {
  return dateFormats.findIndex((format) => format.name === name)
}
