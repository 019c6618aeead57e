import type { Database } from '../../engine/database.js'
import { findNameableUsers } from '../../data/imports/import-users.js'
import { peopleIndex, type FindPerson, type KnownPerson } from '../validate/people.js'

/** Finds people by their logins and names in a source: those of `--people` first, then stored users. */
export async function personFinder(
  database: Database,
  externalSource: string,
  people: readonly KnownPerson[],
): Promise<FindPerson> {
  const users = await database.read((db) => findNameableUsers(db, externalSource))
  const named = peopleIndex(people)
  const stored = peopleIndex(users.map(({ email, name }) => ({ email, labels: [name] })))
  return (label) => named(label) ?? stored(label)
}
