import { CtoError } from '../errors.js'

export interface MoneyLimits {
  /** Digits in all, as in Decimal(14, 2). */
  digits: number
  /** Whether the amount may be below zero. */
  negative?: boolean | undefined
}

export interface DecimalLimits extends MoneyLimits {
  /** Digits after the point, as in Decimal(9, 4). */
  fraction: number
}

/** `1234.5` → `1234.50`, without floating point. Throws INVALID_VALUE for amounts that the column cannot hold exactly. */
export function parseMoney(text: string, limits: MoneyLimits): string {
  return parseDecimal(text, { ...limits, fraction: 2 })
}

/** The canonical decimal string with exactly `fraction` digits after the point. Throws INVALID_VALUE. */
export function parseDecimal(text: string, { digits, fraction, negative }: DecimalLimits): string {
  const [, sign, whole = '', decimals = ''] = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text.trim()) ?? []
  if (whole === '') throw refusal(text, 'not a number', `write it like ${example(fraction)}`)
  if (decimals.length > fraction) {
    throw refusal(text, 'too precise', `at most ${fraction} digits after the point`)
  }

  const integer = whole.replace(/^0+(?=\d)/, '')
  if (integer.length > digits - fraction) {
    throw refusal(text, 'too large', `at most ${digits - fraction} digits before the point`)
  }

  const magnitude = fraction === 0 ? integer : `${integer}.${decimals.padEnd(fraction, '0')}`
  const below = sign === '-' && /[1-9]/.test(magnitude)
  if (below && negative !== true) throw refusal(text, 'below zero', 'only amounts from 0 up are allowed here')
  return below ? `-${magnitude}` : magnitude
}

/** The exact sum of two decimal strings with the same number of digits after the point. */
export function addDecimals(a: string, b: string): string {
  const fraction = a.split('.')[1]?.length ?? 0
  const sum = String(BigInt(a.replace('.', '')) + BigInt(b.replace('.', '')))
  if (fraction === 0) return sum
  const digits = sum.replace('-', '').padStart(fraction + 1, '0')
  return `${sum.startsWith('-') ? '-' : ''}${digits.slice(0, -fraction)}.${digits.slice(-fraction)}`
}

/** Below 0, 0 or above 0, as `a` is less than, equal to or more than `b`; both with the same number of digits after the point. */
export function compareDecimals(a: string, b: string): number {
  const [left, right] = [BigInt(a.replace('.', '')), BigInt(b.replace('.', ''))]
  return left < right ? -1 : left > right ? 1 : 0
}

function refusal(text: string, what: string, hint: string): CtoError {
  return new CtoError('INVALID_VALUE', `${what}: "${text}"`, { hint })
}

function example(fraction: number): string {
  return fraction === 0 ? '1234' : `1234.${'50'.padEnd(fraction, '0').slice(0, fraction)}`
}
