import { isInCalendar } from '../domain/calendar-years.js'
import { nearestChoice } from '../domain/nearest-choice.js'
import { CtoError, UsageError } from '../errors.js'

/** What a parser of flags accepts, for help, completion and `cto commands`. */
export interface Taken {
  /** All valid values, or those that are words. */
  words?: readonly string[]
  integer?: true
  /** A repeated flag adds to its value. */
  repeats?: true
}

/** The parser, with what it accepts beside it. */
export function taking<Parser extends object>(taken: Taken, parser: Parser): Parser & { taken: Taken } {
  return Object.assign(parser, { taken })
}

export function takenBy(parser: object | undefined): Taken {
  return (parser as { taken?: Taken } | undefined)?.taken ?? {}
}

/**
 * Repeats and commas are equal: `-s a -s b` is `-s a,b`.
 *
 * @throws UsageError for a value without names: an empty variable of a script must not turn a filter off
 */
export const list = taking({ repeats: true }, (value: string, previous: readonly string[] = []): string[] => {
  const parts = value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  if (parts.length === 0)
    throw new UsageError(`"${value}" names nothing`, { hint: 'leave the flag out to match everything' })
  return [...previous, ...parts]
})

/** A list of known words. The caller checks them, since a `!` or a `none` may stand among them. */
export function listOf(words: readonly string[]): (value: string, previous?: readonly string[]) => string[] {
  return taking({ repeats: true, words }, (value: string, previous?: readonly string[]) =>
    list(value, previous),
  )
}

/** For values that may themselves hold a comma: each repeat is one. */
export const collect = taking(
  { repeats: true },
  (value: string, previous: readonly string[] = []): string[] => [...previous, value],
)

/** @throws UsageError unless it is 0 or more, in digits */
export const wholeNumber = taking({ integer: true }, (value: string): number => {
  if (/^\d{1,9}$/.test(value)) return Number(value)
  throw new UsageError(`"${value}" is not a whole number`, { hint: 'write digits only, such as 50' })
})

export function integerBetween(least: number, most: number): (value: string) => number {
  return taking({ integer: true }, (value: string) => {
    const number = /^-?\d{1,9}$/.test(value) ? Number(value) : NaN
    if (number >= least && number <= most) return number
    throw new UsageError(`"${value}" is not a whole number from ${least} to ${most}`)
  })
}

/** A moment as `updatedAt` is printed. @throws UsageError */
export function moment(value: string): Date {
  const time = new Date(value)
  // Date itself reads "1" as a month of 2001.
  if (/^\d{4}-\d{2}-\d{2}/.test(value.trim()) && isInCalendar(time.getUTCFullYear())) return time
  throw new UsageError(`"${value}" is not a time`, { hint: 'write it as updatedAt prints it' })
}

/** One of the words, whatever its case, `-` for `_`. @throws CtoError INVALID_VALUE naming the valid ones and the nearest */
export function word<T extends string>(what: string, words: readonly T[], value: string): T {
  const wanted = value.trim().toLowerCase().replaceAll('-', '_')
  const found = words.find((each) => each.replaceAll('-', '_') === wanted)
  if (found !== undefined) return found
  const suggestion = nearestChoice(value, words)
  throw new CtoError('INVALID_VALUE', `no ${what} "${value}"`, {
    reason: suggestion === null ? undefined : `did you mean "${suggestion}"?`,
    hint: `valid: ${words.join(', ')}`,
  })
}

/** A parser for a flag that takes one of the words. */
export function choice<T extends string>(what: string, words: readonly T[]): (value: string) => T {
  return taking({ words }, (value: string) => word(what, words, value))
}

/** The same for a flag that takes several, repeated or separated by commas. */
export function words<T extends string>(
  what: string,
  valid: readonly T[],
): (value: string, previous?: readonly T[]) => T[] {
  return taking({ repeats: true, words: valid }, (value: string, previous: readonly T[] = []): T[] => [
    ...previous,
    ...list(value).map((each) => word(what, valid, each)),
  ])
}
