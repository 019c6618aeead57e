import { createHmac, randomBytes } from 'node:crypto'
import { accountOf, type AccountKey } from '../../domain/delivery/fact-key.js'
import { identitiesIn, loginIdentity } from '../../domain/delivery/identities.js'
import type { Seen } from '../../domain/delivery/seen.js'
import type { Db } from '../../engine/client.js'
import type { Actor } from '../audit/audit.js'
import { erasureSecret, getSecret, readSecret, setSecret, type EncryptionKeys } from '../secrets/secrets.js'

/*
 * Identities that were erased are kept as keyed hashes, so that no source brings them back. The key is a stored secret: the
 * database alone does not tell whether a login was erased.
 */

/** What must not be stored again. */
export interface Erasures {
  isErased(key: AccountKey, seen: Seen): boolean
  /** Whether a payload holds an erased id, login or address. */
  isIn(payload: unknown, host: string): boolean
}

/** Null where nothing was erased; then no key is needed. @throws CtoError NOT_CONFIGURED without the key of the secrets */
export async function findErasures(db: Db, keysOf: () => EncryptionKeys): Promise<Erasures | null> {
  const rows = await db.$queryRaw<{ hash: string }[]>`SELECT hash FROM erased_identities`
  if (rows.length === 0) return null
  const { id } = await getSecret(db, { name: erasureSecret, organizationId: null })
  const key = await readSecret(db, id, keysOf())
  const hashes = new Set(rows.map(({ hash }) => hash))
  const known = new Map<string, boolean>()
  const has = (identity: string): boolean => {
    const before = known.get(identity)
    if (before !== undefined) return before
    const isErased = hashes.has(identityHash(identity, key))
    known.set(identity, isErased)
    return isErased
  }
  return {
    isErased(key, { values: { login } }) {
      const { host, externalId, email } = accountOf(key)
      // Another account may have had the login of an account with an id before.
      if (externalId !== null || email === null) return has(key)
      return has(email) || (typeof login === 'string' && has(loginIdentity(host, login)))
    },
    isIn: (payload, host) => [...identitiesIn(payload, host)].some(has),
  }
}

/** The key of the hashes: the stored one, or a new one. */
export async function erasureKey(tx: Db, keys: EncryptionKeys, actor: Actor): Promise<string> {
  const named = { name: erasureSecret, organizationId: null }
  const [stored] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM secrets WHERE name = ${erasureSecret} AND organization_id IS NULL`
  if (stored) return readSecret(tx, stored.id, keys)
  const value = randomBytes(32).toString('base64')
  await setSecret(tx, { ...named, value, key: keys.current, actor })
  return value
}

export function identityHash(identity: string, key: string): string {
  return createHmac('sha256', Buffer.from(key, 'base64')).update(identity).digest('hex')
}
