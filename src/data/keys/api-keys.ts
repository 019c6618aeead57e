import { randomInt, randomUUID } from 'node:crypto'
import {
  apiKeyHash,
  apiKeyPrefix,
  apiKeyState,
  hasApiKeyHash,
  isApiKey,
  newApiKey,
  type ApiKeyScope,
} from '../../domain/delivery/api-key.js'
import { required } from '../../errors.js'
import type { Db } from '../../engine/client.js'
import { insertRows } from '../../engine/insert-rows.js'
import type { List } from '../../engine/list.js'
import { Prisma } from '../../engine/sql.js'
import type { ApiKey, NewApiKey } from '../../shapes/api-key.js'
import { afterLocks, recordAudit, type Actor } from '../audit/audit.js'
import { getNamed, inTable, type NamedRows } from '../names.js'

const columns = Prisma.sql`
  k.id::text, k.name, k.prefix, k.scopes, k.user_id::text AS "userId", u.email AS "user",
  k.organization_id::text AS "organizationId", o.slug AS organization, k.expires_at AS "expiresAt",
  k.last_used_at AS "lastUsedAt", k.revoked_at AS "revokedAt", k.created_at AS "createdAt"`
const from = Prisma.sql`
  api_keys k LEFT JOIN users u ON u.id = k.user_id LEFT JOIN organizations o ON o.id = k.organization_id`

/** The newest first; all of them, or those that are accepted now. */
export function apiKeyList({ now, all }: { now: Date; all: boolean }): List<ApiKey> {
  const [text, time] = [Prisma.sql`text`, Prisma.sql`timestamptz`]
  const accepted = Prisma.sql`k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ${now}::timestamptz)`
  return {
    columns,
    from,
    where: all ? Prisma.sql`true` : accepted,
    ...(!all && { withoutDefault: { where: Prisma.sql`true`, flag: '--all' } }),
    sortable: {
      name: { sql: Prisma.sql`k.name`, type: text, nullable: false },
      createdAt: { sql: Prisma.sql`k.created_at`, type: time, nullable: false },
      expiresAt: { sql: Prisma.sql`k.expires_at`, type: time, nullable: true },
      lastUsedAt: { sql: Prisma.sql`k.last_used_at`, type: time, nullable: true },
    },
    order: [{ field: 'createdAt', descending: true }],
    id: { sql: Prisma.sql`k.id`, type: Prisma.sql`uuid`, nullable: false },
    toItem: (row: Omit<ApiKey, 'state'>) => withState(row, now),
  }
}

interface CreateApiKey {
  name: string
  scopes: readonly ApiKeyScope[]
  userId: string | null
  organizationId: string | null
  expiresAt: Date | null
  actor: Actor
}

/** Stores the hash of a new key. The key itself is in the result, and nowhere else. */
export async function createApiKey(tx: Db, { actor, ...given }: CreateApiKey): Promise<NewApiKey> {
  const key = newApiKey(randomInt)
  const id = randomUUID()
  const prefix = apiKeyPrefix(key)
  const stored = { ...given, id, prefix, hash: apiKeyHash(key) }
  await insertRows(tx, 'api_keys', [{ ...stored, createdAt: actor.now }])
  const { scopes, expiresAt } = given
  await recordAudit(tx, actor, [
    {
      action: 'key.create',
      entityType: 'apiKey',
      entityId: id,
      details: { prefix, scopes: [...scopes], expiresAt: expiresAt?.toISOString() ?? null },
    },
  ])
  return { ...(await getApiKey(tx, id, actor.now)), key }
}

const namedKeys: NamedRows = {
  ...inTable('api_keys', 'prefix'),
  what: 'key',
  plural: 'keys',
  listedBy: 'cto keys list --all',
  waysOf: (wanted, prefix) => ({
    called: [
      Prisma.sql`(id::text = lower(${wanted}) OR ${prefix} = left(${wanted}, 12))`,
      Prisma.sql`name = ${wanted}`,
      Prisma.sql`lower(name) = lower(${wanted})`,
    ],
  }),
}

/** By prefix, name or id; null where it is revoked already. @throws NotFoundError, CtoError AMBIGUOUS */
export async function revokeApiKey(
  tx: Db,
  { name, actor }: { name: string; actor: Actor },
): Promise<{ key: ApiKey; changed: boolean }> {
  const { id, name: prefix } = await getNamed(tx, namedKeys, name)
  const { now } = afterLocks(actor)
  const changed = await tx.$executeRaw`
    UPDATE api_keys SET revoked_at = ${now} WHERE id = ${id}::uuid AND revoked_at IS NULL`
  if (changed > 0) {
    const details = { prefix }
    await recordAudit(tx, actor, [{ action: 'key.revoke', entityType: 'apiKey', entityId: id, details }])
  }
  return { key: await getApiKey(tx, id, now), changed: changed > 0 }
}

/** What a presented key is: the stored one, or why it is not accepted. */
export type KeyVerdict =
  { key: ApiKey; refusal: null } | { key: ApiKey | null; refusal: 'unknown' | 'expired' | 'revoked' }

/** Judges a presented key, and records that it was presented, with its prefix alone. */
export async function verifyApiKey(
  tx: Db,
  { text, actor }: { text: string; actor: Actor },
): Promise<KeyVerdict> {
  const found = await findApiKey(tx, text, actor.now)
  const refusal = found === null ? 'unknown' : found.state === 'active' ? null : found.state
  const details = { prefix: found?.prefix ?? null, refusal }
  await recordAudit(tx, actor, [
    { action: 'key.verify', entityType: 'apiKey', entityId: found?.id ?? null, details },
  ])
  if (found === null || refusal !== null) return { key: found, refusal: refusal ?? 'unknown' }
  await tx.$executeRaw`UPDATE api_keys SET last_used_at = ${actor.now} WHERE id = ${found.id}::uuid`
  return { key: { ...found, lastUsedAt: actor.now }, refusal: null }
}

/** The stored key of a text; null for any other text. */
export async function findApiKey(db: Db, text: string, now: Date): Promise<ApiKey | null> {
  if (!isApiKey(text)) return null
  const [row] = await db.$queryRaw<(Omit<ApiKey, 'state'> & { hash: string })[]>`
    SELECT ${columns}, k.hash FROM ${from} WHERE k.prefix = ${apiKeyPrefix(text)}`
  if (row === undefined) return null
  const { hash, ...key } = row
  return hasApiKeyHash(text, hash) ? withState(key, now) : null
}

async function getApiKey(db: Db, id: string, now: Date): Promise<ApiKey> {
  const [row] = await db.$queryRaw<Omit<ApiKey, 'state'>[]>`
    SELECT ${columns} FROM ${from} WHERE k.id = ${id}::uuid`
  return withState(required(row, 'the key that was just written'), now)
}

function withState(row: Omit<ApiKey, 'state'>, now: Date): ApiKey {
  return { ...row, state: apiKeyState(row, now) }
}
