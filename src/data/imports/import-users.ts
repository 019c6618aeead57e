import { randomUUID } from 'node:crypto'
import type { UserRole } from '../../domain/user.js'
import type { Db } from '../../engine/client.js'
import { tableOf } from '../../engine/table.js'
import { changeRows } from '../../engine/change-rows.js'
import type { Importing } from './importing.js'
import { insertBatch } from './new-rows.js'

export interface UserToImport {
  /** Lower-case. */
  email: string
  name: string
  role: UserRole
  isActive: boolean
}

const userTable = tableOf('users')

/** A stored user, and the names that a source may use for them. */
export interface KnownUser {
  id: string
  email: string
  name: string
}

/** By email; addresses without a user have no entry. */
export async function findUsersByEmail(tx: Db, emails: readonly string[]): Promise<Map<string, KnownUser>> {
  if (emails.length === 0) return new Map()
  const found = await tx.$queryRaw<KnownUser[]>`
    SELECT id::text, email, name FROM users WHERE email = ANY(${[...emails]}::text[])`
  return new Map(found.map((user) => [user.email, user]))
}

/**
 * Every person that a login or name in an export can name. Left out are those that bugs of this same source brought in by their
 * addresses: a file would mean more the second time than it did the first.
 */
export async function findNameableUsers(db: Db, externalSource: string): Promise<KnownUser[]> {
  return db.$queryRaw<KnownUser[]>`
    SELECT u.id::text, u.email, u.name
    FROM users u
    LEFT JOIN import_logs i ON i.id = u.import_id
    WHERE (i.metadata->>'type' = 'bugs' AND i.metadata->>'externalSource' = ${externalSource}) IS NOT TRUE
    ORDER BY u.email`
}

export async function createImportedUsers(
  tx: Db,
  users: readonly UserToImport[],
  { importId, actor: { now } }: Importing,
): Promise<void> {
  await insertBatch(
    tx,
    userTable,
    users.map((user) => ({ ...user, id: randomUUID(), importId, createdAt: now, updatedAt: now })),
  )
}

export interface ImportedUserChange {
  id: string
  /** The same fields in every change of a batch. */
  values: Partial<Omit<UserToImport, 'email'>>
}

/** Updates users to the values of their source; returns the ids of the changed ones. */
export async function changeImportedUsers(
  tx: Db,
  changes: readonly ImportedUserChange[],
  { actor }: Importing,
): Promise<string[]> {
  const changed = await changeRows(tx, userTable, { changes, now: actor.now })
  return changed.map(({ id }) => id)
}
