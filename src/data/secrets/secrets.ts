import { randomBytes, randomUUID } from 'node:crypto'
import { seal, secretContext, unseal, type EncryptionKey } from '../../domain/delivery/secret-cipher.js'
import { CtoError, NotFoundError, required } from '../../errors.js'
import { batchesOf } from '../../engine/batches.js'
import type { Db } from '../../engine/client.js'
import { insertRows } from '../../engine/insert-rows.js'
import type { List } from '../../engine/list.js'
import { Prisma } from '../../engine/sql.js'
import type { Secret, SecretState } from '../../shapes/secret.js'
import { afterLocks, recordAudit, type Actor } from '../audit/audit.js'
import type { Named } from '../names.js'

/** The key that encrypts, and those that only decrypt what was stored before. */
export interface EncryptionKeys {
  current: EncryptionKey
  old: readonly EncryptionKey[]
}

export interface SecretName {
  name: string
  /** Null: a secret of no organization. */
  organizationId: string | null
}

/** The name of the secret with the key of the hashes of erased identities. */
export const erasureSecret = 'erased-accounts'

const columns = Prisma.sql`
  s.id::text, s.name, s.organization_id::text AS "organizationId", o.slug AS organization, s.key_id AS "keyId",
  s.created_at AS "createdAt", s.updated_at AS "updatedAt"`
const from = Prisma.sql`secrets s LEFT JOIN organizations o ON o.id = s.organization_id`

/** By name, those of no organization first. Values are not read. */
export function secretList(organizationId: string | null): List<Secret> {
  const text = Prisma.sql`text`
  return {
    columns,
    from,
    where:
      organizationId === null ? Prisma.sql`true` : Prisma.sql`s.organization_id = ${organizationId}::uuid`,
    sortable: {
      name: { sql: Prisma.sql`s.name`, type: text, nullable: false },
      organization: { sql: Prisma.sql`coalesce(o.slug, '')`, type: text, nullable: false },
      updatedAt: { sql: Prisma.sql`s.updated_at`, type: Prisma.sql`timestamptz`, nullable: false },
    },
    order: [
      { field: 'organization', descending: false },
      { field: 'name', descending: false },
    ],
    id: { sql: Prisma.sql`s.id`, type: Prisma.sql`uuid`, nullable: false },
  }
}

/** @throws NotFoundError */
export async function getSecret(db: Db, { name, organizationId }: SecretName): Promise<Secret> {
  const [found] = await db.$queryRaw<Secret[]>`
    SELECT ${columns} FROM ${from}
    WHERE s.name = ${name} AND s.organization_id IS NOT DISTINCT FROM ${organizationId}::uuid`
  if (found) return found
  throw new NotFoundError(
    `no secret named "${name}"${organizationId === null ? '' : ' of this organization'}`,
    { hint: 'cto secrets list' },
  )
}

interface SetSecret extends SecretName {
  value: string
  key: EncryptionKey
  actor: Actor
}

/** Stores a secret, encrypted, in place of the one that has the name. */
export async function setSecret(tx: Db, { value, key, actor, ...named }: SetSecret): Promise<Secret> {
  const { name, organizationId } = named
  const [stored] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM secrets
    WHERE name = ${name} AND organization_id IS NOT DISTINCT FROM ${organizationId}::uuid
    FOR UPDATE`
  const id = stored?.id ?? randomUUID()
  const { now } = afterLocks(actor)
  const sealed = sealedRow({ id, name }, Buffer.from(value), key)
  if (stored) await replaceSealed(tx, [sealed], now)
  else {
    const { ciphertext, nonce, keyId } = sealed
    const bytes = { ciphertext: `\\x${ciphertext.toString('hex')}`, nonce: `\\x${nonce.toString('hex')}` }
    await insertRows(tx, 'secrets', [
      { id, organizationId, name, ...bytes, keyId, createdAt: now, updatedAt: now },
    ])
  }
  await recordAudit(tx, actor, [
    { action: 'secret.set', entityType: 'secret', entityId: id, details: { secret: name, keyId: key.id } },
  ])
  return getSecret(tx, named)
}

/** @throws CtoError CONFLICT while a notification rule or the hashes of erased accounts use it */
export async function deleteSecret(tx: Db, { id, name }: Named, actor: Actor): Promise<void> {
  const rules = await tx.$queryRaw<{ name: string }[]>`
    SELECT name FROM notification_rules WHERE secret_id = ${id}::uuid ORDER BY name`
  if (rules.length > 0) {
    throw new CtoError(
      'CONFLICT',
      `the secret "${name}" is used by ${rules.map((rule) => rule.name).join(', ')}`,
      {
        hint: 'cto notify list',
      },
    )
  }
  await requireNoErasures(tx, name)
  await tx.$executeRaw`DELETE FROM secrets WHERE id = ${id}::uuid`
  await recordAudit(tx, actor, [
    { action: 'secret.delete', entityType: 'secret', entityId: id, details: { secret: name } },
  ])
}

async function requireNoErasures(tx: Db, name: string): Promise<void> {
  if (name !== erasureSecret) return
  const [found] = await tx.$queryRaw<object[]>`SELECT 1 FROM erased_identities LIMIT 1`
  if (!found) return
  throw new CtoError('CONFLICT', `the secret "${name}" keeps erased accounts from coming back`)
}

/** The value of a secret. @throws CtoError NOT_CONFIGURED where no key decrypts it */
export async function readSecret(db: Db, id: string, keys: EncryptionKeys): Promise<string> {
  const [row] = await findSealed(db, Prisma.sql`WHERE s.id = ${id}::uuid`)
  const sealed = required(row, 'the secret that a rule refers to')
  return valueOf(sealed, keys).toString('utf8')
}

/** Whether each secret can be decrypted, and by which key. */
export async function checkSecrets(
  db: Db,
  keys: EncryptionKeys,
): Promise<(Secret & { state: SecretState })[]> {
  const rows = await findSealed(db, Prisma.sql`ORDER BY coalesce(o.slug, ''), s.name, s.id`)
  return rows.map(({ ciphertext, nonce, ...secret }) => {
    const state = stateOf({ ...secret, ciphertext, nonce }, keys)
    return { ...secret, state }
  })
}

/**
 * Encrypts every secret that an old key encrypted with the current one: all of them or none.
 *
 * @throws CtoError NOT_CONFIGURED where one cannot be decrypted
 */
export async function rotateSecrets(
  tx: Db,
  { keys, actor }: { keys: EncryptionKeys; actor: Actor },
): Promise<{ rotated: number; unchanged: number }> {
  const rows = await findSealed(tx, Prisma.sql`ORDER BY s.id FOR UPDATE OF s`)
  const { current } = keys
  const old = rows.filter((row) => row.keyId !== current.id || unsealed(row, [current]) === null)
  const renewed = old.map((row) => sealedRow(row, valueOf(row, keys), current))
  const { now } = afterLocks(actor)
  for (const batch of batchesOf(renewed)) await replaceSealed(tx, batch, now)
  if (renewed.length > 0) {
    const details = { rotated: renewed.length, keyId: current.id }
    await recordAudit(tx, actor, [
      { action: 'secret.rotate', entityType: 'database', entityId: null, details },
    ])
  }
  return { rotated: renewed.length, unchanged: rows.length - renewed.length }
}

interface SealedRow {
  id: string
  ciphertext: Buffer
  nonce: Buffer
  keyId: string
}

type StoredSecret = Secret & { ciphertext: Uint8Array; nonce: Uint8Array }

function findSealed(db: Db, rest: Prisma.Sql): Promise<StoredSecret[]> {
  return db.$queryRaw<StoredSecret[]>`SELECT ${columns}, s.ciphertext, s.nonce FROM ${from} ${rest}`
}

function sealedRow(row: Pick<Named, 'id' | 'name'>, value: Uint8Array, key: EncryptionKey): SealedRow {
  const { ciphertext, nonce } = seal(value, key, { nonce: randomBytes(12), context: secretContext(row) })
  return { id: row.id, ciphertext: Buffer.from(ciphertext), nonce: Buffer.from(nonce), keyId: key.id }
}

async function replaceSealed(tx: Db, rows: readonly SealedRow[], now: Date): Promise<void> {
  const base64 = rows.map(({ ciphertext, nonce }) =>
    [ciphertext, nonce].map((bytes) => bytes.toString('base64')),
  )
  await tx.$executeRaw`
    WITH n AS (
      SELECT id::uuid, decode(ciphertext, 'base64') AS ciphertext, decode(nonce, 'base64') AS nonce, key_id
      FROM unnest(
        ${rows.map(({ id }) => id)}::text[], ${base64.map(([ciphertext]) => ciphertext)}::text[],
        ${base64.map(([, nonce]) => nonce)}::text[], ${rows.map(({ keyId }) => keyId)}::text[]
      ) AS t (id, ciphertext, nonce, key_id)
    )
    UPDATE secrets s SET ciphertext = n.ciphertext, nonce = n.nonce, key_id = n.key_id, updated_at = ${now}
    FROM n WHERE s.id = n.id`
}

function unsealed(row: StoredSecret, keys: readonly EncryptionKey[]): Buffer | null {
  const key = keys.find(({ id }) => id === row.keyId)
  return key === undefined ? null : unseal(row, key, secretContext(row))
}

function stateOf(row: StoredSecret, { current, old }: EncryptionKeys): SecretState {
  if (unsealed(row, [current]) !== null) return 'current'
  if (unsealed(row, old) !== null) return 'old'
  return [current, ...old].some(({ id }) => id === row.keyId) ? 'damaged' : 'unknownKey'
}

function valueOf(row: StoredSecret, keys: EncryptionKeys): Buffer {
  const value = unsealed(row, [keys.current, ...keys.old])
  if (value !== null) return value
  const isDamaged = stateOf(row, keys) === 'damaged'
  throw new CtoError('NOT_CONFIGURED', `the secret "${row.name}" cannot be decrypted`, {
    reason: isDamaged
      ? 'the stored bytes were changed, or moved from another row'
      : `it was encrypted with the key ${row.keyId}`,
    hint: isDamaged ? `cto secrets set ${row.name}` : 'name that key with CTO_ENCRYPTION_KEY_OLD_FILE',
  })
}
