import { CtoError } from '../errors.js'

/** In the order of the database's enum. Roles are information; they grant nothing. */
export const userRoles = ['cto', 'manager', 'engineer', 'senior_engineer', 'qa_engineer'] as const

export type UserRole = (typeof userRoles)[number]

// One @ between two parts without spaces, brackets or invisible characters: enough to distinguish an address from
// a name. Whether it receives mail is not checked.
const address = /^[^\s@<>()[\]",;:\\\p{C}]+@[^\s@<>()[\]",;:\\\p{C}]+$/u

/** RFC 5321: a path is at most 256 bytes with its brackets. */
const longestAddress = 254

export function isEmail(text: string): boolean {
  return text.length <= longestAddress && address.test(text)
}

/** The canonical spelling of an address: trimmed, lower-case. Throws INVALID_VALUE. */
export function normaliseEmail(text: string): string {
  const email = text.trim().toLowerCase()
  if (!isEmail(email)) {
    throw new CtoError('INVALID_VALUE', `not an email address: "${text}"`, {
      hint: 'write it as name@example.com',
    })
  }
  return email
}
