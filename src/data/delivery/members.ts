import { randomUUID } from 'node:crypto'
import type { MemberRole } from '../../domain/delivery/organization.js'
import { NotFoundError, required } from '../../errors.js'
import type { Db } from '../../engine/client.js'
import { allOf, type List } from '../../engine/list.js'
import { Prisma } from '../../engine/sql.js'
import type { Member } from '../../shapes/delivery.js'
import { afterLocks, recordAudit, type Actor } from '../audit/audit.js'
import { organizationEntry } from './organizations.js'

const columns = Prisma.sql`
  m.id::text, o.slug AS organization, u.email AS "user", u.name, u.id::text AS "userId", m.role, m.joined_at AS "joinedAt", m.left_at AS "leftAt"`
const from = Prisma.sql`
  user_organizations m
  JOIN organizations o ON o.id = m.organization_id
  JOIN users u ON u.id = m.user_id`

const text = Prisma.sql`text`

const sortable = {
  user: { sql: Prisma.sql`u.email`, type: text, nullable: false },
  role: { sql: Prisma.sql`m.role`, type: text, nullable: false },
  joinedAt: { sql: Prisma.sql`m.joined_at`, type: Prisma.sql`timestamptz`, nullable: false },
}

export const memberSortFields = Object.keys(sortable)

/** By address; all of them, or those who have not left. */
export function memberList({ organizationId, all }: { organizationId: string; all: boolean }): List<Member> {
  return {
    columns,
    from,
    where: allOf({
      organization: Prisma.sql`m.organization_id = ${organizationId}::uuid`,
      present: all ? undefined : Prisma.sql`m.left_at IS NULL`,
    }),
    sortable,
    order: [{ field: 'user', descending: false }],
    id: { sql: Prisma.sql`m.id`, type: Prisma.sql`uuid`, nullable: false },
  }
}

interface Membership {
  organizationId: string
  userId: string
}

/** Makes a user a member, or a member again, or changes the role of one. */
export async function addMember(
  tx: Db,
  { organizationId, userId, role }: Membership & { role: MemberRole },
  actor: Actor,
): Promise<Member> {
  const { now } = afterLocks(actor)
  await tx.$executeRaw`
    INSERT INTO user_organizations (id, user_id, organization_id, role, joined_at, created_at)
    VALUES (${randomUUID()}::uuid, ${userId}::uuid, ${organizationId}::uuid, ${role}, ${now}, ${now})
    ON CONFLICT (user_id, organization_id) DO UPDATE
    SET
      role = excluded.role, left_at = NULL,
      joined_at = CASE WHEN user_organizations.left_at IS NULL THEN user_organizations.joined_at ELSE excluded.joined_at END`
  await recordAudit(tx, actor, [organizationEntry('add', organizationId, { userId, role })])
  return getMember(tx, { organizationId, userId })
}

/** Notes that a member left. @throws NotFoundError where the user is no member */
export async function removeMember(
  tx: Db,
  { organizationId, userId }: Membership,
  actor: Actor,
): Promise<Member> {
  const { now } = afterLocks(actor)
  const changed = await tx.$executeRaw`
    UPDATE user_organizations SET left_at = ${now}
    WHERE organization_id = ${organizationId}::uuid AND user_id = ${userId}::uuid AND left_at IS NULL`
  if (changed === 0) {
    throw new NotFoundError('the user is no member of this organization', {
      hint: 'cto orgs members ORGANIZATION',
    })
  }
  await recordAudit(tx, actor, [organizationEntry('remove', organizationId, { userId })])
  return getMember(tx, { organizationId, userId })
}

async function getMember(tx: Db, { organizationId, userId }: Membership): Promise<Member> {
  const [row] = await tx.$queryRaw<Member[]>`
    SELECT ${columns} FROM ${from}
    WHERE m.organization_id = ${organizationId}::uuid AND m.user_id = ${userId}::uuid`
  return required(row, 'the membership that was just written')
}
