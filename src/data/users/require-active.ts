import { CtoError } from '../../errors.js'
import type { Db } from '../../engine/client.js'

/** @throws CtoError INVALID_VALUE for the first of these users who is inactive and so cannot be assigned a bug */
export async function requireActive(tx: Db, ids: readonly (string | null | undefined)[]): Promise<void> {
  const asked = [...new Set(ids.filter((id) => typeof id === 'string'))]
  if (asked.length === 0) return
  const [inactive] = await tx.$queryRaw<{ email: string }[]>`
    SELECT email FROM users WHERE id = ANY(${asked}::uuid[]) AND NOT is_active ORDER BY email LIMIT 1`
  if (inactive === undefined) return
  throw new CtoError('INVALID_VALUE', `${inactive.email} is inactive and cannot be assigned a bug`, {
    hint: `cto users activate ${inactive.email}`,
  })
}
