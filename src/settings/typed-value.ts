import { requireZone } from '../domain/zone.js'
import { nearestChoice } from '../domain/nearest-choice.js'
import { CtoError } from '../errors.js'
import { isUrl } from './secret-url.js'

/** A value given as text: its meaning, its parser and its default. */
export interface TypedValue<T> {
  description: string
  /** Parses untrusted text. @throws CtoError INVALID_VALUE */
  parse(text: string): T
  /** How it is written in a file. */
  kind: 'text' | 'number' | 'switch'
  fallback: T
  /** Never shown: the whole value, or the password in the URL. */
  secret?: 'value' | 'url'
}

/** PostgreSQL and Node store milliseconds in 31 bits. */
export const mostSeconds = 2_147_483

export function text(value: string): string {
  if (value.trim() === '') throw new CtoError('INVALID_VALUE', 'must not be empty')
  return value
}

/** As the acting user: no user, also where git or a file names one. */
export const noUser = 'none'

/** A name of the acting user, or `none`. */
export function actingUserName(value: string): string {
  const name = value.trim()
  const hint = `name an email, or ${noUser} for no user`
  if (name === '') throw new CtoError('INVALID_VALUE', 'must not be empty', { hint })
  if (!['me', '@me'].includes(name.toLowerCase())) return name
  throw new CtoError('INVALID_VALUE', `"${name}" names no user: @me is the acting user itself`, { hint })
}

export function zone(value: string): string {
  return requireZone(value)
}

export function wholeNumber(value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value)
  throw new CtoError('INVALID_VALUE', `"${value}" is not a whole number`)
}

/** A pool needs at least one connection, so 0 means 1. */
export function connections(value: string): number {
  return Math.max(1, wholeNumber(value))
}

export function wholeSeconds(value: string): number {
  return boundedSeconds(wholeNumber(value))
}

/** To the millisecond: `10`, `0.25`. */
export function seconds(value: string): number {
  if (/^\d{1,9}(\.\d{1,3})?$/.test(value)) return boundedSeconds(Number(value))
  throw new CtoError('INVALID_VALUE', `"${value}" is not a number of seconds`)
}

/** Parses milliseconds for a setting in seconds. */
export function milliseconds(value: string): number {
  return wholeNumber(value) / 1000
}

function boundedSeconds(count: number): number {
  if (count <= mostSeconds) return count
  throw new CtoError('INVALID_VALUE', `"${count}" is more than ${mostSeconds} seconds`)
}

export function switched(value: string): boolean {
  const word = value.trim().toLowerCase()
  if (['1', 'true', 'yes', 'on'].includes(word)) return true
  if (['0', 'false', 'no', 'off'].includes(word)) return false
  throw new CtoError('INVALID_VALUE', `"${value}" is neither true nor false`)
}

export function oneOf<T extends string>(words: readonly T[]): (value: string) => T {
  return (value) => {
    const found = words.find((word) => word === value.trim().toLowerCase())
    if (found !== undefined) return found
    const suggestion = nearestChoice(value, words)
    throw new CtoError('INVALID_VALUE', `"${value}" is not one of ${words.join(', ')}`, {
      reason: suggestion === null ? undefined : `did you mean "${suggestion}"?`,
    })
  }
}

/** Errors never quote a URL: it may hold a password. */
export function databaseUrl(value: string): string {
  if (isUrl(value)) return value
  throw new CtoError('INVALID_VALUE', 'is not a URL that starts with postgresql://')
}

/** PostgreSQL truncates longer names silently, reserves pg_, and replaces $user in a search path by the role's name. */
export function schemaName(value: string): string {
  const bytes = Buffer.byteLength(value)
  if (bytes === 0 || bytes > 63 || value.includes('\0'))
    throw new CtoError('INVALID_VALUE', 'must be the name of a schema, of 1 to 63 bytes')
  if (value === '$user' || value.startsWith('pg_'))
    throw new CtoError('INVALID_VALUE', `"${value}" is a name that PostgreSQL reserves`)
  return value
}
