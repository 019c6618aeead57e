import { CtoError } from '../errors.js'
import { nearest } from './nearest.js'

/** Checks the name of an IANA time zone and returns it unchanged. Throws INVALID_VALUE. */
export function requireZone(name: string): string {
  if (isZone(name)) return name
  const suggestion = nearest(name, Intl.supportedValuesOf('timeZone'))
  throw new CtoError('INVALID_VALUE', `no time zone "${name}"`, {
    reason: suggestion === null ? undefined : `did you mean "${suggestion}"?`,
    hint: 'use an IANA name such as Europe/Berlin or UTC',
  })
}

/** Whether two names are of one zone, such as `UTC` and `Etc/UTC`. */
export function isSameZone(one: string, other: string): boolean {
  return one === other || (isZone(one) && canonicalName(one) === canonicalName(other))
}

function isZone(name: string): boolean {
  return /^[a-z]/i.test(name) && canonicalName(name) !== null
}

/** Null for no zone. Not in time.ts, because every command needs this check and few need a calendar library. */
function canonicalName(name: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return null
  }
}
