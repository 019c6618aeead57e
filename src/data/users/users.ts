import { CtoError } from '../../errors.js'
import type { ShownUser, User } from '../../shapes/user.js'
import { changeBugs } from '../bugs/change-bugs.js'
import { bugIsOpen } from '../bugs/bug-predicates.js'
import { getRecord, type PlainKind } from '../plain-records.js'
import type { Db } from '../../engine/client.js'

/** Bugs, history and audit rows of a deleted person stay, without the person; the history of the bugs records it. */
export const userRecords: PlainKind<User> = {
  kind: 'user',
  async requireAllowed(tx, { id, values: { email } }) {
    if (email === undefined) return
    const taken = await findUserIdByEmail(tx, email)
    if (taken === null || taken === id) return
    throw new CtoError('CONFLICT', `there is a user ${email} already`, { hint: `cto users show ${email}` })
  },
  async release(tx, id, actor) {
    const theirs = await findBugsOf(tx, id)
    for (const { ids, assigned, created } of theirs) {
      const change = { ...(assigned && { assignedToId: null }), ...(created && { createdById: null }) }
      await changeBugs(tx, { ids, change, actor, action: 'bug.update' })
    }
    return { bugs: theirs.reduce((sum, { ids }) => sum + ids.length, 0) }
  },
}

/** With the last change they made here. @throws NotFoundError */
export async function getShownUser(db: Db, id: string): Promise<ShownUser> {
  const user = await getRecord(db, userRecords, id)
  const [row] = await db.$queryRaw<{ lastActivityAt: Date | null }[]>`
    SELECT greatest(
      (SELECT max(created_at) FROM audit_log WHERE user_id = ${id}::uuid),
      (SELECT max(changed_at) FROM bug_history WHERE changed_by_id = ${id}::uuid)
    ) AS "lastActivityAt"`
  return { ...user, lastActivityAt: row?.lastActivityAt ?? null }
}

/** The numbers of a person's open bugs, the highest priority first. */
export async function findOpenBugsOf(db: Db, id: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ bugNumber: string }[]>`
    SELECT b.bug_number AS "bugNumber" FROM bugs b
    WHERE ${bugIsOpen} AND b.assigned_to_id = ${id}::uuid
    ORDER BY b.priority_score DESC, b.id`
  return rows.map(({ bugNumber }) => bugNumber)
}

/** The id of the user with the address, case-insensitive. Raw SQL, because most commands look up the acting user. */
export async function findUserIdByEmail(db: Db, email: string): Promise<string | null> {
  const [user] = await db.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM users WHERE email = ${email.trim().toLowerCase()}`
  return user?.id ?? null
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
