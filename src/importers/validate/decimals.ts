import { parseDecimal, type DecimalLimits } from '../../domain/money.js'
import { CtoError, UsageError } from '../../errors.js'

/** Parses a text to a plain decimal such as `-1234.5`; null if it is not a number in the locale. */
export type ReadDecimal = (text: string) => string | null

const currency = /[\p{Sc}%]|\b[A-Z]{3}\b|\b[A-Z]{1,2}(?=\p{Sc})/gu

/** A parser of numbers in a locale: `$1,234.50` in `en`, `1.234,50 €` in `de`. Throws USAGE. */
export function decimalReader(locale: string): ReadDecimal {
  const { group, point } = separators(locale)
  // Spaces of any width and apostrophes part groups in every locale: they can mean nothing else.
  const groups = /[\s'’]/.test(group) ? String.raw`[\s'’]` : String.raw`[\s'’${escaped(group)}]`
  // The first group never starts with 0: `0,250` is not a number if the comma separates groups.
  const number = new RegExp(
    String.raw`^([1-9]\d{0,2}(?:${groups}\d{2,3})*${groups}\d{3}|\d+)(?:${escaped(point)}(\d+))?$`,
    'u',
  )
  return (text) => {
    const bare = text
      .trim()
      .replace(/^\((.*)\)$/, '-$1')
      .replace(currency, '')
      .trim()
    const [, sign = '', digits = ''] = /^([+-]?)\s*(.*)$/.exec(bare.replace('−', '-')) ?? []
    const match = number.exec(digits.trim())
    if (match === null) return null
    const [, whole = '', fraction] = match
    const plain = whole.replace(/\D/g, '') + (fraction === undefined ? '' : `.${fraction}`)
    return sign === '-' ? `-${plain}` : plain
  }
}

interface AmountRules extends DecimalLimits {
  /** Whether `50%` is such a number: of a ratio, not of money. */
  mayBePercent: boolean
}

/** The decimal of a cell, or the reason why it is none or does not fit. */
export function readAmount(
  text: string,
  readDecimal: ReadDecimal,
  { mayBePercent, ...limits }: AmountRules,
): { value: string } | { reason: string; fix?: string | undefined } {
  if (text.includes('%') && !mayBePercent) return { reason: 'a percentage, not an amount' }
  const decimal = readDecimal(text)
  if (decimal === null) return { reason: 'not a number', fix: localeFix(text) }
  return fitDecimal(decimal, limits)
}

/** The decimal in the column's format, or the reason why it does not fit. Never rounds. */
export function fitDecimal(decimal: string, limits: DecimalLimits): { value: string } | { reason: string } {
  try {
    return { value: parseDecimal(withoutZeros(decimal), limits) }
  } catch (error) {
    if (!(error instanceof CtoError)) throw error
    return { reason: error.message.replace(/: ".*$/, '') }
  }
}

/** The fix for a number with an unexpected comma or point. */
export function localeFix(text: string): string | undefined {
  return /\d[.,]\d/.test(text) ? '--locale de, if numbers are written 1.234,50' : undefined
}

/** Removes trailing zeros of the fraction: 1.50 is 1.5, 1.00 is 1. */
function withoutZeros(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/(?<!0)0+$/, '').replace(/\.$/, '') : decimal
}

function separators(locale: string): { group: string; point: string } {
  try {
    const parts = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(-1234567.5)
    const part = (type: 'group' | 'decimal') => parts.find((each) => each.type === type)?.value
    return { group: part('group') ?? ',', point: part('decimal') ?? '.' }
  } catch (cause) {
    throw new UsageError(`no locale "${locale}"`, { hint: 'for instance --locale de, fr-CH or en-IN', cause })
  }
}

function escaped(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
