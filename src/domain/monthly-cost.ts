import { addDecimals } from './money.js'

interface MonthlyCostInput {
  engHours: string
  hourlyRate: string
  infrastructure: string
}

/** Hours at the rate, rounded half up to the cent, plus infrastructure; decimal strings with two digits from 0 up. */
export function monthlyCost({ engHours, hourlyRate, infrastructure }: MonthlyCostInput): string {
  const tenThousandths = BigInt(engHours.replace('.', '')) * BigInt(hourlyRate.replace('.', ''))
  const cents = (tenThousandths + 50n) / 100n
  return addDecimals(`${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`, infrastructure)
}
