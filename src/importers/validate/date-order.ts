/** The orders of day, month and year that numbers alone can be in, by the names of their formats. */
export const dateOrders = ['dd/MM/yyyy', 'MM/dd/yyyy', 'yy/MM/dd'] as const
export type DateOrder = (typeof dateOrders)[number]

const numbers = /^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{1,4})(?!\d)/

/** Years vary less than days: more different ones are not counted. */
const mostDifferent = 100

/**
 * Finds the order of day, month and year in a column of dates such as 03/04/2025 or 25-03-04. A value above 12 is no month.
 * Where both the first and the last number can be a year of two digits, the year is the one of which the column has fewer.
 */
export class DateOrders {
  readonly #counts = new Map<DateOrder, number>(dateOrders.map((order) => [order, 0]))
  readonly #firsts = new Set<string>()
  readonly #lasts = new Set<string>()
  readonly #latest: number

  /** `latest`: in milliseconds since 1970; later times are in the future. */
  constructor(latest: number) {
    this.#latest = latest
  }

  observe(text: string): void {
    const possible = ordersOf(text, this.#latest)
    for (const order of possible) this.#counts.set(order, (this.#counts.get(order) ?? 0) + 1)
    const [, first = '', , , last = ''] = numbers.exec(text) ?? []
    if (this.#firsts.size < mostDifferent) this.#firsts.add(first)
    if (this.#lasts.size < mostDifferent) this.#lasts.add(last)
  }

  /** How many values the best order reads. */
  get most(): number {
    return Math.max(...this.#counts.values())
  }

  /** The orders that read the most values: one, if the column proves it. */
  get best(): DateOrder[] {
    const { most } = this
    const best = dateOrders.filter((order) => this.#counts.get(order) === most)
    if (best.length === 1 || !best.includes('yy/MM/dd') || this.#firsts.size === this.#lasts.size) return best
    const isYearFirst = this.#firsts.size < this.#lasts.size
    return best.filter((order) => (order === 'yy/MM/dd') === isYearFirst)
  }
}

/** The orders in which a text is a date, if the numbers alone decide. */
export function ordersOf(text: string, latest = Infinity): DateOrder[] {
  const [, first = '', separator, second = '', last = ''] = numbers.exec(text) ?? []
  if (separator === undefined) return []
  const [one, two, three] = [Number(first), Number(second), Number(last)]
  // With dots the day comes first.
  const mayBeginWithYear = separator !== '.' && first.length === 2 && last.length <= 2
  const isYearFirst = mayBeginWithYear && isPast([one, two, three], latest)
  // A year of two digits at the end may be in the future, unless the date can be read as one of the past.
  const isPossible = (day: number, month: number): boolean =>
    isMonth(month) && (!isYearFirst || (last.length === 2 && isPast([three, month, day], latest)))
  return dateOrders.filter((order) => {
    if (order === 'yy/MM/dd') return isYearFirst
    return order === 'dd/MM/yyyy' ? isPossible(one, two) : isPossible(two, one)
  })
}

function isMonth(number: number): boolean {
  return number >= 1 && number <= 12
}

function isPast([year, month, day]: readonly [number, number, number], latest: number): boolean {
  const time = Date.UTC(fullYear(year), month - 1, day)
  return isMonth(month) && day >= 1 && new Date(time).getUTCDate() === day && time <= latest
}

/** A year of two digits is from 1970 to 2069. */
export function fullYear(twoDigits: number): number {
  return twoDigits + (twoDigits < 70 ? 2000 : 1900)
}
