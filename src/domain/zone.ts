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

/** Not in time.ts, because every command needs this check and few need a calendar library. */
function isZone(name: string): boolean {
  try {
    return (
      /^[a-z]/i.test(name) &&
      new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
    )
  } catch {
    return false
  }
}
