import { changeBugs } from '../../src/data/bugs/change-bugs.js'
import { createBugs, type NewBug } from '../../src/data/bugs/create-bug.js'
import { getBugs, type Bug } from '../../src/data/bugs/bugs.js'
import { createProject, type NewProject } from '../../src/data/projects/change-projects.js'
import { createRecord } from '../../src/data/plain-records.js'
import { userRecords } from '../../src/data/users/users.js'
import type { User } from '../../src/shapes/user.js'
import type { BugChange } from '../../src/domain/bug-change.js'
import { hourMs } from '../../src/domain/duration.js'
import { now, version } from './cto.js'
import type { TestDatabase } from './database.js'

/** The time of the change; absent: the tests' own moment. */
interface At {
  at?: Date
}

/** A moment before the tests' own one. */
export function hoursAgo(hours: number): Date {
  return new Date(now.getTime() - hours * hourMs)
}

/** Stores a bug as `cto bugs create` does; fields that are not given have their defaults. */
export async function addBug(
  db: TestDatabase,
  { at = now, ...bug }: Partial<NewBug> & At = {},
): Promise<Bug> {
  return db.write(async (tx) => {
    const whole = { title: 'Checkout times out', severity: 'medium' as const, ...bug }
    const ids = await createBugs(tx, { bugs: [whole], actor: actorAt(at) })
    const [created] = await getBugs(tx, { ids, now })
    if (!created) throw new Error('the bug that was just stored is not there')
    return created
  })
}

/** Stores a later change of a bug by nobody, or by a user, as `cto bugs update` does; any step of the lifecycle. */
export async function changeBug(
  db: TestDatabase,
  { id }: Pick<Bug, 'id'>,
  { at = now, by = null, ...change }: BugChange & At & { by?: string | null },
): Promise<void> {
  const actor = { ...actorAt(at), userId: by }
  const options = { ids: [id], change, actor, action: 'bug.update', force: true }
  await db.write((tx) => changeBugs(tx, options))
}

/** `ada` is ada@example.com, named Ada. */
export async function addUser(
  db: TestDatabase,
  name: string,
  { at = now, ...user }: Partial<Pick<User, 'email' | 'name' | 'role' | 'avatarUrl'>> & At = {},
): Promise<User> {
  const email = `${name.toLowerCase()}@example.com`
  const called = name.charAt(0).toUpperCase() + name.slice(1)
  return db.write((tx) =>
    createRecord(tx, userRecords, { values: { email, name: called, ...user }, actor: actorAt(at) }),
  )
}

export async function addProject(
  db: TestDatabase,
  name: string,
  { at = now, ...project }: Partial<NewProject> & At = {},
): Promise<{ id: string; name: string }> {
  const id = await db.write((tx) => createProject(tx, { project: { ...project, name }, actor: actorAt(at) }))
  return { id, name }
}

function actorAt(at: Date) {
  return { userId: null, userAgent: `cto/${version}`, now: at, clock: () => at }
}
