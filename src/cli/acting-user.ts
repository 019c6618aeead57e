import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Db } from '../data/client.js'
import { NotFoundError } from '../errors.js'
import type { Env } from './settings.js'

interface ActingUserOptions {
  as: string | undefined
  env: Env
  cwd: string
}

/**
 * The id of who acts: `--as`, else `CTO_USER`, else git's `user.email` where it is a known user, else nobody.
 *
 * @throws NotFoundError when somebody was named who does not exist
 */
export async function actingUser(db: Db, { as, env, cwd }: ActingUserOptions): Promise<string | null> {
  const { getUserByName } = await import('../data/names.js')
  const named = as ?? env['CTO_USER']
  if (named) {
    if (named === '@me')
      throw new NotFoundError('@me cannot be named as the acting user', { hint: 'name an email' })
    return (await getUserByName(db, named)).id
  }
  const email = await gitEmail(cwd)
  if (email === null) return null
  const { findUserIdByEmail } = await import('../data/users.js')
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
