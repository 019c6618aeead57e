import { randomUUID } from 'node:crypto'
import { identitiesIn, identitiesOf } from '../../domain/delivery/identities.js'
import type { Called } from '../../domain/delivery/erased-words.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { recordAudit, type Actor } from '../audit/audit.js'
import type { EncryptionKeys } from '../secrets/secrets.js'
import { getErasableIds } from './erasable-accounts.js'
import { erasureKey, identityHash } from './erasures.js'
import { eraseWords } from './erase-words.js'
import { findAround, refreshIssues, refreshPullRequests } from './refresh-anchors.js'
import { lockDelivery } from './store-facts.js'

export interface ErasedAccount {
  id: string
  host: string
  externalId: string | null
  login: string | null
  email: string | null
  name: string | null
}

export interface Erased {
  accounts: number
  /** Events whose payload held one of them. */
  payloads: number
  /** Rows of logs in which a login, an address or a name was replaced. */
  logs: number
}

/** What the accounts are called. */
export function calledIn(accounts: readonly ErasedAccount[]): Called {
  const given = (values: readonly (string | null)[]) => values.filter((value) => value !== null)
  return {
    logins: given(accounts.map(({ login }) => login)),
    emails: given(accounts.map(({ email }) => email)),
    names: given(accounts.map(({ name }) => name)),
  }
}

/**
 * The accounts of one person, by a whole name, with the addresses that belong to them. @throws as `getErasableIds`
 */
export async function findErasable(db: Db, name: string): Promise<ErasedAccount[]> {
  const ids = await getErasableIds(db, name)
  return findWithAddresses(db, Prisma.sql`a.id = ANY(${ids}::uuid[]) OR a.main_id = ANY(${ids}::uuid[])`)
}

/** The accounts of a user, with the addresses that belong to them. */
export function findAccountsOfUser(db: Db, userId: string): Promise<ErasedAccount[]> {
  return findWithAddresses(
    db,
    Prisma.sql`a.user_id = ${userId}::uuid OR a.main_id IN (SELECT id FROM accounts WHERE user_id = ${userId}::uuid)`,
  )
}

function findWithAddresses(db: Db, condition: Prisma.Sql): Promise<ErasedAccount[]> {
  return db.$queryRaw<ErasedAccount[]>`
    SELECT a.id::text, a.host, a.external_id::text AS "externalId", a.login, a.email, a.name
    FROM accounts a
    WHERE ${condition}
    ORDER BY a.id`
}

/**
 * Deletes accounts. What they did stays, without an author; payloads that hold an id, a login or an address of theirs go, logs
 * lose the words, and keyed hashes keep sources from bringing them back.
 */
export async function eraseAccounts(
  tx: Db,
  { accounts, keys }: { accounts: readonly ErasedAccount[]; keys: EncryptionKeys },
  actor: Actor,
): Promise<Erased> {
  await lockDelivery(tx)
  const ids = accounts.map(({ id }) => id)
  const key = await erasureKey(tx, keys, actor)
  const identities = new Set(accounts.flatMap(identitiesOf))
  const hashes = [...identities].map((identity) => identityHash(identity, key))
  await tx.$executeRaw`
    INSERT INTO erased_identities (id, hash, created_at)
    SELECT id, hash, ${actor.now}::timestamptz
    FROM unnest(${hashes.map(() => randomUUID())}::uuid[], ${hashes}::text[]) AS n(id, hash)
    ON CONFLICT (hash) DO NOTHING`
  const payloads = await dropPayloads(tx, { accounts, identities })
  const around = await findAround(tx, ids)
  await tx.$executeRaw`DELETE FROM accounts WHERE id = ANY(${ids}::uuid[])`
  await refreshPullRequests(tx, around.pullRequests)
  await refreshIssues(tx, around.issues)
  const logs = await eraseWords(tx, calledIn(accounts))
  const erased = { accounts: ids.length, payloads, logs }
  await recordAudit(tx, actor, [
    { action: 'account.erase', entityType: 'account', entityId: ids[0] ?? null, details: { ...erased } },
  ])
  return erased
}

interface DropPayloads {
  accounts: readonly ErasedAccount[]
  identities: ReadonlySet<string>
}

const batchEvents = 500

/** SQL finds the payloads that may hold one; which do is decided as for a new payload. */
async function dropPayloads(tx: Db, { accounts, identities }: DropPayloads): Promise<number> {
  const hosts = [...new Set(accounts.map(({ host }) => host))]
  const words = accounts.flatMap(({ externalId, login, email }) => [externalId, login, email])
  const patterns = words.flatMap((word) => (word === null ? [] : [`%${word.replace(/[\\%_]/g, '\\$&')}%`]))
  let dropped = 0
  for (let last = nil; ;) {
    const events = await tx.$queryRaw<{ id: string; payload: unknown }[]>`
      SELECT e.id::text, e.payload
      FROM events e
      WHERE e.id > ${last}::uuid AND e.payload IS NOT NULL AND e.payload::text ILIKE ANY(${patterns}::text[])
      ORDER BY e.id
      LIMIT ${batchEvents}`
    const holding = events.filter(({ payload }) =>
      hosts.some((host) => [...identitiesIn(payload, host)].some((each) => identities.has(each))),
    )
    await tx.$executeRaw`
      UPDATE events SET payload = NULL WHERE id = ANY(${holding.map(({ id }) => id)}::uuid[])`
    dropped += holding.length
    if (events.length < batchEvents) return dropped
    last = events.at(-1)?.id ?? nil
  }
}

const nil = '00000000-0000-0000-0000-000000000000'
