import { requireZone } from '../domain/zone.js'
import { nearest } from '../domain/nearest.js'
import { CtoError } from '../errors.js'
import { isUrl } from './secret-url.js'

/** The files that can hold settings. What leads to a database or runs a program stands in the user's own alone. */
export type SettingsFile = 'project' | 'user'

/** One setting: where it may be said, what it may be, and what holds where nobody says anything. */
export interface Setting<T> {
  group: 'everyday' | 'database' | 'connection' | 'other'
  description: string
  /** A flag of every command that says the same for once. */
  flag?: string
  /** Variables; the first that is set counts. */
  variables: readonly string[]
  files: readonly SettingsFile[]
  /** From untrusted text. @throws CtoError INVALID_VALUE */
  parse(text: string): T
  /** How it is written in a file. */
  kind: 'text' | 'number' | 'switch'
  fallback: T
  /** What holds in place of a null. */
  otherwise?: string
  secret?: true
}

export function text(value: string): string {
  if (value.trim() === '') throw new CtoError('INVALID_VALUE', 'must not be empty')
  return value
}

export function zone(value: string): string {
  return requireZone(value)
}

export function wholeNumber(value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value)
  throw new CtoError('INVALID_VALUE', `"${value}" is not a whole number`)
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
    const meant = nearest(value, words)
    throw new CtoError('INVALID_VALUE', `"${value}" is none of ${words.join(', ')}`, {
      reason: meant === null ? undefined : `did you mean "${meant}"?`,
    })
  }
}

/** The text of a URL is never repeated: it may hold a password. */
export function databaseUrl(value: string): string {
  if (isUrl(value)) return value
  throw new CtoError('INVALID_VALUE', 'is not a URL that starts with postgresql://')
}
