import { CtoError } from '../../../errors.js'
import { dateFormats, type DateFormat, isEitherOrder, isNoDate } from './dates.js'
import { detached, isAbsent } from '../spelling.js'

const mostExamples = 3

const sameInstant = (local: number): number => local

/** Finds the one format of a column from all its values: the one that reads the most of them. */
export class DateColumn {
  readonly header: string
  readonly #reads: number[] = dateFormats.map(() => 0)
  readonly #examples: string[] = []

  constructor(header: string) {
    this.header = header
  }

  observe(cell: string): void {
    const text = cell.trim()
    if (isAbsent(text) || isNoDate(text)) return
    for (const [index, format] of dateFormats.entries()) {
      if (format.read(text, sameInstant) !== null) this.#reads[index] = (this.#reads[index] ?? 0) + 1
    }
    if (this.#examples.length < mostExamples && isEitherOrder(text)) this.#examples.push(detached(text))
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
    return this.format?.name === orders[0] && dayFirst === monthFirst && this.#examples.length > 0
  }

  lender(others: readonly DateColumn[]): DateColumn | undefined {
    return others.find(({ ambiguous, format }) => !ambiguous && orders.some((name) => format?.name === name))
  }

  /** A few values that can be read two ways. */
  get examples(): readonly string[] {
    return this.#examples
  }

  /** A day-and-month column that proves its order lends it to one that cannot. */
  settle(others: readonly DateColumn[]): DateFormat | null {
    if (!this.ambiguous) return this.format
    const lender = this.lender(others)
    if (lender !== undefined) return lender.format
    throw new CtoError(
      'AMBIGUOUS',
      `column "${this.header}": "${this.#examples[0] ?? ''}" can be read two ways`,
      {
        reason: 'no value of the column shows whether the day or the month comes first',
        hint: '--date-format dd/MM/yyyy or --date-format MM/dd/yyyy',
      },
    )
  }
}

const orders = ['dd/MM/yyyy', 'MM/dd/yyyy'] as const

function indexOf(name: string): number {
  return dateFormats.findIndex((format) => format.name === name)
}
