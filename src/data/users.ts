import { randomUUID } from 'node:crypto'
import type { UserRole } from '../domain/user.js'
import { CtoError } from '../errors.js'
import { recordAudit, type Actor } from './audit.js'
import type { Db } from './client.js'
import type { Prisma } from './generated/client.js'

// The password hash is left out here, once: no other file selects from users whole.
const userColumns = {
  id: true,
  email: true,
  name: true,
  role: true,
  avatarUrl: true,
  importId: true,
  createdAt: true,
  updatedAt: true,
} satisfies Prisma.UserSelect

export type User = Prisma.UserGetPayload<{ select: typeof userColumns }>

export interface NewUser {
  email: string
  name: string
  role?: UserRole | undefined
  avatarUrl?: string | null | undefined
}

/** By email. */
export async function findUsers(db: Db, { limit }: { limit: number }): Promise<User[]> {
  return db.user.findMany({
    select: userColumns,
    orderBy: [{ email: 'asc' }, { id: 'asc' }],
    ...(limit > 0 && { take: limit }),
  })
}

export async function countUsers(db: Db): Promise<number> {
  return db.user.count()
}

export async function findUserById(db: Db, id: string): Promise<User | null> {
  return db.user.findUnique({ where: { id }, select: userColumns })
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
  if (await findUserIdByEmail(tx, email)) {
    throw new CtoError('CONFLICT', `there is a user ${email} already`, { hint: `cto users show ${email}` })
  }
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
    { action: 'user.create', entityType: 'user', entityId: created.id, details: { role: created.role } },
  ])
  return created
}
