import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Db } from '../engine/client.js'
import { NotFoundError } from '../errors.js'

interface ActingUserOptions {
  /** Named by the flag, the variable or a file. */
  as: string | undefined
  cwd: string
}

/**
 * The id of the acting user: `--as` or the setting, else git's `user.email` where it is a known user, else null.
 *
 * @throws NotFoundError for a named user that does not exist
 */
export async function actingUser(db: Db, { as, cwd }: ActingUserOptions): Promise<string | null> {
  const { getByName } = await import('../data/names.js')
  if (as !== undefined) {
    if (as === '@me')
      throw new NotFoundError('@me cannot be named as the acting user', { hint: 'name an email' })
    return (await getByName(db, 'user', as)).id
  }
  const email = await gitEmail(cwd)
  if (email === null) return null
  const { findUserIdByEmail } = await import('../data/users/users.js')
  return findUserIdByEmail(db, email)
}

async function gitEmail(cwd: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['config', 'user.email'], { cwd, timeout: 2000 })
    return stdout.trim() || null
  } catch {
    return null
  }
}
