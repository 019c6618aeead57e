import { CtoError, required } from '../../errors.js'
import { dateFormats, type DateFormat, isEitherOrder, isNoDate } from './dates.js'
import { detached, isAbsent } from '../spelling.js'
import type { ToInstant } from './zone.js'

const mostExamples = 3

/** Finds the one format of a column from all its values: the one that reads the most of them. */
export class DateColumn {
  readonly header: string
  readonly #toInstant: ToInstant
  readonly #reads: number[] = dateFormats.map(() => 0)
  readonly #examples: string[] = []
  /** By length: the last value that was parsed, and the format that reads it. */
  readonly #known: { text: string; index: number }[] = []

  /** `toInstant`: the times of the user's zone, which can decide what an abbreviation such as BST means. */
  constructor(header: string, toInstant: ToInstant = (local) => local) {
    this.header = header
    this.#toInstant = toInstant
  }

  observe(cell: string): void {
    const text = cell.trim()
    if (isAbsent(text) || isNoDate(text)) return
    const known = this.#known[text.length]
    const isKnown = known !== undefined && isAlike(text, known.text)
    const index = isKnown
      ? known.index
      : dateFormats.findIndex(({ read }) => read(text, this.#toInstant) !== null)
    if (index === -1) return
    if (!isKnown) this.#known[text.length] = { text: detached(text), index }
    if (isOrder(index)) this.#countOrders(text)
    else this.#count(index)
  }

  /** Null if no value could be read yet. */
  get format(): DateFormat | null {
    const most = Math.max(...this.#reads)
    return most === 0 ? null : (dateFormats[this.#reads.indexOf(most)] ?? null)
  }

  get ambiguous(): boolean {
    const [dayFirst, monthFirst] = orderIndexes.map((index) => this.#reads[index] ?? 0)
    return this.format?.name === orders[0] && dayFirst === monthFirst && this.#examples.length > 0
  }

  /** Formats exclude each other, except for the order of day and month. */
  #countOrders(text: string): void {
    const [first, second] = text.split(/[-/.]/, 2).map(Number)
    const [dayFirst, monthFirst] = orderIndexes
    if (isMonth(second)) this.#count(dayFirst)
    if (isMonth(first)) this.#count(monthFirst)
    if (this.#examples.length < mostExamples && isEitherOrder(text)) this.#examples.push(detached(text))
  }

  #count(index: number): void {
    this.#reads[index] = (this.#reads[index] ?? 0) + 1
  }

  lender(others: readonly DateColumn[]): DateColumn | undefined {
    return others.find(({ ambiguous, format }) => !ambiguous && orders.some((name) => format?.name === name))
  }

  /** A few values that can be read two ways. */
  get examples(): readonly string[] {
    return this.#examples
  }

  /** A column that proves the order of day and month determines it for one that does not. */
  settle(others: readonly DateColumn[]): DateFormat | null {
    if (!this.ambiguous) return this.format
    const lender = this.lender(others)
    if (lender !== undefined) return lender.format
    throw new CtoError(
      'AMBIGUOUS',
      `column "${this.header}": "${required(this.#examples[0], 'an example of an ambiguous date')}" can be read two ways`,
      {
        reason: 'no value of the column shows whether the day or the month comes first',
        hint: '--date-format dd/MM/yyyy or --date-format MM/dd/yyyy',
      },
    )
  }
}

const orders = ['dd/MM/yyyy', 'MM/dd/yyyy'] as const

const indexOf = (name: string): number => dateFormats.findIndex((format) => format.name === name)
const orderIndexes = [indexOf(orders[0]), indexOf(orders[1])] as const

function isOrder(index: number): boolean {
  return index === orderIndexes[0] || index === orderIndexes[1]
}

function isMonth(number = 0): boolean {
  return number >= 1 && number <= 12
}

/** Whether two texts have digits and letters at the same positions, and are equal otherwise. */
function isAlike(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at += 1) {
    if (kindOf(a.charCodeAt(at)) !== kindOf(b.charCodeAt(at))) return false
  }
  return true
}

/** 0 for a digit, 1 for an ASCII letter, else the code itself. */
function kindOf(code: number): number {
  if (code >= 48 && code <= 57) return 0
  const lower = code | 0x20
  return lower >= 97 && lower <= 122 ? 1 : code
}
