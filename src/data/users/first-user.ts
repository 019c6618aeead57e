import type { Db } from '../../engine/client.js'

/** The fix of whatever needs a user while there is none. */
export const createUserFix = 'cto users create --email you@example.com --name "Your Name"'

/** The same for a user that a setting names already, by an email or its local part. */
export function createNamedUserFix(name: string): string {
  const isAddress = /^[\w.+-]+@[\w.-]+$/.test(name)
  const isLocalPart = /^[\w.+-]+$/.test(name)
  const email = isAddress ? name : isLocalPart ? `${name}@example.com` : 'you@example.com'
  return `cto users create --email ${email} --name "Your Name"`
}

/** The fix of a name that no user has, once there are users. */
export const knownUsersFix = 'cto users list, or cto users create --email ada@example.com --name Ada'

export async function hasUsers(db: Db): Promise<boolean> {
  const [row] = await db.$queryRaw<{ found: boolean }[]>`SELECT EXISTS (SELECT FROM users) AS found`
  return row?.found ?? false
}
