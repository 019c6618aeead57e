import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Db } from '../engine/client.js'
import { CtoError, required } from '../errors.js'
import type { Origin } from '../settings/found.js'
import { noUser } from '../settings/typed-value.js'
import { unsetFix } from '../settings/unset-fix.js'
import type { Doing } from './handle-input.js'

interface ActingUserOptions {
  /** Of the flag, the variable or a file. */
  name: string | null
  origin: Origin
  cwd: string
}

interface ActingUser {
  userId: string | null
  /** Of a user whom the variable or a file names and this database does not have: those name one for every database. */
  refusal: CtoError | null
}

/**
 * The acting user: of `--as` or the setting, else of git's `user.email` where it is a known user, else none.
 *
 * @throws CtoError NOT_FOUND, AMBIGUOUS for `--as`
 */
export async function findActingUser(db: Db, { name, origin, cwd }: ActingUserOptions): Promise<ActingUser> {
  if (name === noUser) return { userId: null, refusal: null }
  if (name !== null) {
    const { getByName } = await import('../data/names.js')
    try {
      return { userId: (await getByName(db, 'user', name)).id, refusal: null }
    } catch (error) {
      const isWrongName = error instanceof CtoError && ['NOT_FOUND', 'AMBIGUOUS'].includes(error.code)
      if (!isWrongName || origin.from === 'flag') throw error
      return { userId: null, refusal: await refusalOf(error, name, origin) }
    }
  }
  const email = await gitEmail(cwd)
  if (email === null) return { userId: null, refusal: null }
  const { findUserIdByEmail } = await import('../data/users/users.js')
  return { userId: await findUserIdByEmail(db, email), refusal: null }
}

/** The error with where the name is set, and with fixes that work while it is wrong. */
async function refusalOf(
  { code, message, reason }: CtoError,
  name: string,
  origin: Origin,
): Promise<CtoError> {
  const { createNamedUserFix } = await import('../data/users/first-user.js')
  const source = sourceOf(origin)
  const unset = required(unsetFix('user', origin), 'where the user is set')
  const create = code === 'NOT_FOUND' ? `${createNamedUserFix(name)}, ` : ''
  return new CtoError(code, message, {
    reason: [`${source} names the acting user`, reason].filter((part) => part !== undefined).join('; '),
    hint: `${create}${unset}, or --as ${noUser}`,
  })
}

/** What names the acting user: `CTO_USER`, `the setting user`. */
export function sourceOf(origin: Origin): string {
  if (origin.from !== 'variable') return 'the setting user'
  return required(origin.name, 'the variable that names the user')
}

/** Groups that work on the database as a whole, or fill one that has no users yet. */
const fillingGroups = ['db', 'demo', 'import', 'workspaces']

/** Whether the command runs as no user where the configured one is unknown: to read, or to make that user known. */
export function actsWithoutUser({ words, effect }: Doing): boolean {
  const changesRecords = effect === 'writes' || effect === 'destroys'
  return !changesRecords || fillingGroups.includes(words[0] ?? '') || words.join(' ') === 'users create'
}

async function gitEmail(cwd: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['config', 'user.email'], { cwd, timeout: 2000 })
    return stdout.trim() || null
  } catch {
    return null
  }
}
