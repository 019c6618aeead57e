import { addDecimals } from './money.js'

interface MonthlyCostInput {
  /** Null where none were booked. */
  engHours: string | null
  hourlyRate: string
  infrastructure: string
}

/**
 * Hours at the rate, rounded half up to the cent, plus infrastructure; decimal strings with two digits from 0 up. Null where
 * no hours were booked and infrastructure costs nothing: nothing is known of the cost then.
 */
export function monthlyCost({ engHours, hourlyRate, infrastructure }: MonthlyCostInput): string | null {
  if (engHours === null) return infrastructure === '0.00' ? null : infrastructure
  const tenThousandths = BigInt(engHours.replace('.', '')) * BigInt(hourlyRate.replace('.', ''))
  const cents = (tenThousandths + 50n) / 100n
  return addDecimals(`${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`, infrastructure)
}
