import { CtoError, required } from '../../errors.js'
import { type DateOrder, DateOrders, dateOrders, ordersOf } from './date-order.js'
import { dateFormats, type DateFormat, dateText, isLocalTime, isNoDate, withoutName } from './dates.js'
import { detached, isAbsent } from '../spelling.js'
import type { ToInstant } from './zone.js'

const mostExamples = 3

export interface DateColumnOptions {
  /** The times of the user's zone, which can decide what an abbreviation such as BST means. */
  toInstant?: ToInstant
  /** Times after it are in the future. */
  latest?: number
  /** The format that the user set; null to find it. */
  custom?: DateFormat | null
  /** Whether names of people stand before the dates. */
  hasNames?: boolean | undefined
}

/** Finds the one format of a column from all its values: the one that reads the most of them. */
export class DateColumn {
  readonly header: string
  readonly #toInstant: ToInstant
  readonly #hasNames: boolean
  readonly #formats: readonly DateFormat[]
  readonly #reads: number[]
  /** Formats exclude each other, except for the orders of day, month and year. */
  readonly #orders: DateOrders
  readonly #examples: string[] = []
  /** By length: the last value that was parsed, and the format that reads it. */
  readonly #known: { text: string; index: number }[] = []
  #hasLocalTimes = false

  constructor(
    header: string,
    {
      toInstant = (local) => local,
      latest = Infinity,
      custom = null,
      hasNames = false,
    }: DateColumnOptions = {},
  ) {
    this.header = header
    this.#hasNames = hasNames
    this.#toInstant = toInstant
    this.#formats = custom === null ? dateFormats : [custom]
    this.#reads = this.#formats.map(() => 0)
    this.#orders = new DateOrders(latest)
  }

  observe(cell: string): void {
    const text = dateText(this.#hasNames ? withoutName(cell) : cell)
    if (isAbsent(text) || isNoDate(text)) return
    const known = this.#known[text.length]
    const isKnown = known !== undefined && isAlike(text, known.text)
    const index = isKnown
      ? known.index
      : this.#formats.findIndex(({ read }) => read(text, this.#toInstant) !== null)
    const format = this.#formats[index]
    if (format === undefined) return
    if (!isKnown) {
      this.#known[text.length] = { text: detached(text), index }
      this.#hasLocalTimes ||= isLocalTime(format, text)
    }
    if (orderFormats.has(format)) this.#observeOrder(text)
    else this.#reads[index] = (this.#reads[index] ?? 0) + 1
  }

  #observeOrder(text: string): void {
    this.#orders.observe(text)
    if (this.#examples.length < mostExamples && isEitherOrder(text)) this.#examples.push(detached(text))
  }

  /** Whether a value is a day or a time that names no zone. */
  get hasLocalTimes(): boolean {
    return this.#hasLocalTimes
  }

  /** Null if no value could be read yet. */
  get format(): DateFormat | null {
    const most = Math.max(...this.#reads)
    if (this.#orders.most > most) return formatOf(this.orders[0])
    return most === 0 ? null : (this.#formats[this.#reads.indexOf(most)] ?? null)
  }

  /** The orders of day, month and year that the column may have. */
  get orders(): readonly DateOrder[] {
    return this.#orders.best
  }

  get ambiguous(): boolean {
    const { format, orders } = this
    const isOrder = orders.some((order) => order === format?.name)
    return isOrder && orders.length > 1 && this.#examples.length > 0
  }

  lender(others: readonly DateColumn[]): DateColumn | undefined {
    return others.find(
      ({ ambiguous, format }) => !ambiguous && this.orders.some((order) => order === format?.name),
    )
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
        reason: `no value of the column shows whether the day or the ${this.orders.includes('yy/MM/dd') ? 'year' : 'month'} comes first`,
        hint: this.orders.map((order) => `--date-format ${order}`).join(' or '),
      },
    )
  }
}

const orderFormats = new Set(dateOrders.map(formatOf))

function formatOf(order: DateOrder | undefined): DateFormat | null {
  return dateFormats.find(({ name }) => name === order) ?? null
}

/** Whether a text is another date in another order. With dots the day comes first. */
function isEitherOrder(text: string): boolean {
  if (/^\d+\./.test(text)) return false
  const days = new Set(ordersOf(text).map((order) => formatOf(order)?.read(text, (local) => local)))
  return days.size > 1
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
