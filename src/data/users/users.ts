import { randomUUID } from 'node:crypto'
import type { UserRole } from '../../domain/user.js'
import { CtoError, NotFoundError } from '../../errors.js'
import { fieldsWith } from '../../domain/field.js'
import { userFields } from '../../domain/user-fields.js'
import { userShape, type ShownUser, type User } from '../../shapes/user.js'
import { auditedValues, recordAudit, type Actor } from '../audit/audit.js'
import { updateRecords, type ChangeableKind, type UpdateRecords } from '../update-records.js'
import { bugIsOpen } from '../bugs/bug-predicates.js'
import { changeBugs } from '../bugs/change-bugs.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/generated/client.js'
import type { List } from '../../engine/list.js'
import type { Sortable } from '../../engine/sort.js'
import { selectOf, sortableColumns, tableOf } from '../../engine/table.js'

export type { ShownUser, User }

export interface NewUser {
  email: string
  name: string
  role?: UserRole | undefined
  avatarUrl?: string | null | undefined
}

const userTable = tableOf('users')

// The shape leaves out the password hash, and so does every SELECT.
const shownFields = (Object.keys(userTable.columns) as (keyof typeof userFields)[]).filter(
  (field): field is keyof User => field in userShape.properties,
)
const userColumns = Object.fromEntries(shownFields.map((field) => [field, true])) as Record<keyof User, true>

/** By JSON field name. */
const sortable: Record<string, Sortable> = sortableColumns(
  userTable,
  'u',
  fieldsWith(userFields, { sortable: true }),
)

export const userSortFields = Object.keys(sortable)

/** Everybody, by email. */
export const userList: List<User> = {
  columns: selectOf(userTable, 'u', shownFields),
  from: Prisma.sql`users u`,
  where: Prisma.sql`true`,
  sortable,
  order: [{ field: 'email', descending: false }],
  id: { sql: Prisma.sql`u.id`, type: Prisma.sql`uuid`, nullable: false },
}

export async function findUserById(db: Db, id: string): Promise<User | null> {
  return db.user.findUnique({ where: { id }, select: userColumns })
}

/** @throws NotFoundError */
export async function getUser(db: Db, id: string): Promise<User> {
  const user = await findUserById(db, id)
  if (user) return user
  throw new NotFoundError('the user was deleted meanwhile', { hint: 'cto users list' })
}

/** With the last change they made here. @throws NotFoundError */
export async function getShownUser(db: Db, id: string): Promise<ShownUser> {
  const user = await getUser(db, id)
  const [row] = await db.$queryRaw<{ lastActivityAt: Date | null }[]>`
    SELECT greatest(
      (SELECT max(created_at) FROM audit_log WHERE user_id = ${id}::uuid),
      (SELECT max(changed_at) FROM bug_history WHERE changed_by_id = ${id}::uuid)
    ) AS "lastActivityAt"`
  return { ...user, lastActivityAt: row?.lastActivityAt ?? null }
}

/** The numbers of a person's open bugs, the most urgent first. */
export async function findOpenBugsOf(db: Db, id: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ bugNumber: string }[]>`
    SELECT b.bug_number AS "bugNumber" FROM bugs b
    WHERE ${bugIsOpen} AND b.assigned_to_id = ${id}::uuid
    ORDER BY b.priority_score DESC, b.id`
  return rows.map(({ bugNumber }) => bugNumber)
}

/** The id of whose address it is, whatever its case. Raw, as many a short command asks who acts. */
export async function findUserIdByEmail(db: Db, email: string): Promise<string | null> {
  const [user] = await db.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM users WHERE email = ${email.trim().toLowerCase()}`
  return user?.id ?? null
}

/** @throws CtoError CONFLICT when the address is taken */
export async function createUser(tx: Db, { user, actor }: { user: NewUser; actor: Actor }): Promise<User> {
  const { email, role, avatarUrl } = user
  await requireOwnEmail(tx, { id: null, email })
  const created = await tx.user.create({
    data: {
      id: randomUUID(),
      email,
      name: user.name,
      ...(role && { role }),
      ...(avatarUrl !== undefined && { avatarUrl }),
      createdAt: actor.now,
      updatedAt: actor.now,
    },
    select: userColumns,
  })
  await recordAudit(tx, actor, [
    {
      action: 'user.create',
      entityType: 'user',
      entityId: created.id,
      details: auditedValues(userFields, { ...user, role: created.role }),
    },
  ])
  return created
}

/** What somebody wants to be different; absent fields stay as they are. */
type UserChange = Partial<Pick<User, 'email' | 'name' | 'role' | 'avatarUrl' | 'isActive'>>

type UpdateUser = Omit<UpdateRecords<UserChange>, 'ids'> & { id: string }

/**
 * Changes a person; false where the person already has these values.
 *
 * @throws CtoError CONFLICT when the address is taken or the person changed since; NotFoundError
 */
export async function updateUser(tx: Db, { id, ...options }: UpdateUser): Promise<boolean> {
  const [updated] = await updateRecords(tx, changeableUsers, { ...options, ids: [id] })
  return updated?.before !== updated?.after
}

const changeableUsers: ChangeableKind<Required<UserChange> & { updatedAt: Date }, UserChange> = {
  kind: 'user',
  fields: userFields,
  requireAllowed: (tx, { id, after: { email } }) => requireOwnEmail(tx, { id, email }),
}

/**
 * Deletes a person. Bugs, history and audit rows stay, without the person; the bugs' history says that they lost them.
 *
 * @throws NotFoundError
 */
export async function deleteUser(tx: Db, { id, actor }: { id: string; actor: Actor }): Promise<void> {
  const { role } = await lockUser(tx, id)
  const theirs = await findBugsOf(tx, id)
  for (const { ids, assigned, created } of theirs) {
    const change = { ...(assigned && { assignedToId: null }), ...(created && { createdById: null }) }
    await changeBugs(tx, { ids, change, actor, action: 'bug.update' })
  }
  const bugs = theirs.reduce((sum, { ids }) => sum + ids.length, 0)
  await recordAudit(tx, actor, [
    { action: 'user.delete', entityType: 'user', entityId: id, details: { role, bugs } },
  ])
  // Last, so that the rows just written lose the person too where they delete themselves.
  await tx.$executeRaw`DELETE FROM users WHERE id = ${id}::uuid`
}

/** Bugs that name the person, by the way in which they do. */
async function findBugsOf(
  db: Db,
  id: string,
): Promise<{ assigned: boolean; created: boolean; ids: string[] }[]> {
  return db.$queryRaw`
    SELECT assigned, created, array_agg(id::text) AS ids
    FROM (
      SELECT id, assigned_to_id IS NOT DISTINCT FROM ${id}::uuid AS assigned, created_by_id IS NOT DISTINCT FROM ${id}::uuid AS created
      FROM bugs
      WHERE assigned_to_id = ${id}::uuid OR created_by_id = ${id}::uuid
    ) named
    GROUP BY assigned, created
    ORDER BY assigned, created`
}

/** How many bugs name the person, as assignee or as reporter. */
export async function countBugsOf(db: Db, id: string): Promise<number> {
  const [row] = await db.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM bugs WHERE assigned_to_id = ${id}::uuid OR created_by_id = ${id}::uuid`
  return row?.n ?? 0
}

async function lockUser(tx: Db, id: string): Promise<User> {
  await tx.$queryRaw`SELECT id::text FROM users WHERE id = ${id}::uuid FOR UPDATE`
  return getUser(tx, id)
}

async function requireOwnEmail(tx: Db, { id, email }: { id: string | null; email: string }): Promise<void> {
  const taken = await findUserIdByEmail(tx, email)
  if (taken === null || taken === id) return
  throw new CtoError('CONFLICT', `there is a user ${email} already`, { hint: `cto users show ${email}` })
}
