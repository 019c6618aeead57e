import { empty } from '../output/field.js'
import { amountText, hoursText } from '../output/number-text.js'

/** Money in a cell for people: `1,234.50`, `42.0 B`. */
export function amount(decimal: string | null): string {
  return decimal === null ? empty : amountText(decimal)
}

/** Hours in a cell for people, in days where there are many: `22.5 h`, `522 d`. */
export function duration(hours: number | string | null): string {
  return hours === null ? empty : hoursText(Number(hours))
}
