import { isEmail, type UserRole, userRoles } from '../../domain/user.js'
import type { ImportedUser } from './imported.js'
import type { RowReader } from './row-reader.js'
import { guessRole } from './guess.js'
import { translator } from './translator.js'
import { roleWords } from './words.js'

/** Reads people; without a name, the local part of the address is used. */
export function userReader(answers: ReadonlyMap<string, UserRole>): (row: RowReader) => ImportedUser {
  const role = {
    translate: translator<UserRole>([roleWords], answers),
    absent: 'engineer' as const,
    choices: userRoles,
    guess: guessRole,
  }
  return (row) => {
    const email = row.requiredText('email').toLowerCase()
    if (email !== '' && !isEmail(email)) row.problem('E_EMAIL', 'email', email, 'not an email address')
    return {
      email,
      name: row.text('name') ?? email.slice(0, email.indexOf('@')),
      role: row.enumeration('role', role),
      isActive: row.yesNo('isActive') ?? true,
    }
  }
}
