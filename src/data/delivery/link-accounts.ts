import { randomUUID } from 'node:crypto'
import { CtoError, NotFoundError } from '../../errors.js'
import type { Db } from '../../engine/client.js'
import { insertRows } from '../../engine/insert-rows.js'
import { Prisma } from '../../engine/sql.js'
import { recordAudit, type Actor } from '../audit/audit.js'
import { lockDelivery } from './store-facts.js'
import { refreshAround } from './refresh-anchors.js'
import { linkAddresses } from './store-accounts.js'

interface LinkAccounts {
  userId: string
  /** A login, or an e-mail address. */
  name: string
  /** Of a login. */
  host: string
}

interface FoundAccount {
  id: string
  userId: string | null
  user: string | null
}

/**
 * Makes a login or an e-mail address one of a user, whatever sources report later. One that no source has reported yet is
 * stored. Returns the ids of its accounts: an address has one for each host.
 *
 * @throws CtoError CONFLICT where it belongs to another user
 */
export async function linkAccounts(
  tx: Db,
  { userId, name, host }: LinkAccounts,
  actor: Actor,
): Promise<string[]> {
  await lockDelivery(tx)
  const found = await findNamed(tx, { name, host })
  const taken = found.find((each) => each.userId !== null && each.userId !== userId)
  if (taken) {
    throw new CtoError('CONFLICT', `${name} belongs to ${taken.user}`, {
      hint: `cto users unlink ${taken.user} ${name}`,
    })
  }
  const ids = found.length > 0 ? found.map(({ id }) => id) : [await storeAccount(tx, { name, host }, actor)]
  // An address that a user claims is no longer one of the login with which it was pushed.
  await tx.$executeRaw`
    UPDATE accounts SET user_id = ${userId}::uuid, main_id = CASE WHEN email IS NULL THEN main_id END
    WHERE id = ANY(${ids}::uuid[])`
  await settle(tx, { action: 'user.link', userId, ids }, actor)
  return ids
}

/** Removes a login or an address from a user. @throws NotFoundError where the user does not have it */
export async function unlinkAccounts(
  tx: Db,
  { userId, name, host }: LinkAccounts,
  actor: Actor,
): Promise<string[]> {
  await lockDelivery(tx)
  const found = await findNamed(tx, { name, host })
  const ids = found.filter((each) => each.userId === userId).map(({ id }) => id)
  if (ids.length === 0) {
    throw new NotFoundError(`${name} is not linked to this user`, {
      hint: `cto accounts list --author ${name}`,
    })
  }
  await tx.$executeRaw`UPDATE accounts SET user_id = NULL WHERE id = ANY(${ids}::uuid[])`
  await linkAddresses(tx, ids)
  await settle(tx, { action: 'user.unlink', userId, ids }, actor)
  return ids
}

/** The accounts of an address on all hosts, or the one of a login: of several that had it, the one that was seen with it last. */
async function findNamed(
  tx: Db,
  { name, host }: Pick<LinkAccounts, 'name' | 'host'>,
): Promise<FoundAccount[]> {
  const condition = isAddress(name)
    ? Prisma.sql`a.email = ${name.toLowerCase()} AND a.external_id IS NULL`
    : Prisma.sql`a.id IN (
        SELECT l.id FROM accounts l
        WHERE lower(l.login) = lower(${name}) AND l.host = ${host} AND (l.external_id IS NOT NULL OR l.email IS NULL)
        ORDER BY l.external_id IS NULL, l.source_times ->> 'login' DESC, l.external_id DESC
        LIMIT 1)`
  return tx.$queryRaw<FoundAccount[]>`
    SELECT a.id::text, a.user_id::text AS "userId", u.email AS "user"
    FROM accounts a
    LEFT JOIN users u ON u.id = a.user_id
    WHERE ${condition}
    ORDER BY a.id
    FOR UPDATE OF a`
}

async function storeAccount(
  tx: Db,
  { name, host }: Pick<LinkAccounts, 'name' | 'host'>,
  { now }: Actor,
): Promise<string> {
  const id = randomUUID()
  const named = isAddress(name) ? { email: name.toLowerCase() } : { login: name }
  await insertRows(tx, 'accounts', [{ id, host, ...named, createdAt: now }])
  return id
}

/** A response counts if it is by another person than the author: who is the same person has changed. */
async function settle(
  tx: Db,
  { action, userId, ids }: { action: string; userId: string; ids: readonly string[] },
  actor: Actor,
): Promise<void> {
  await refreshAround(tx, ids)
  await recordAudit(tx, actor, [
    { action, entityType: 'user', entityId: userId, details: { accountIds: [...ids] } },
  ])
}

function isAddress(name: string): boolean {
  return name.includes('@')
}
