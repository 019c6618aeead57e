import { lockNames } from '../../data/imports/import-locks.js'
import { createImportedUsers, findUsersByEmail } from '../../data/imports/import-users.js'
import type { ImportedBug } from '../validate/imported.js'
import type { Loading } from './loading.js'
import { findNamedProjects, findOrCreateNamedProjects } from './named-projects.js'

/** The ids of people and projects that bugs name; undefined for an unknown name. */
export interface References {
  person(email: string): string | undefined
  project(name: string): string | undefined
}

/** The people and projects that a batch names, if all are known; else null. */
export function knownReferences(
  { known, projectId }: Loading,
  records: readonly ImportedBug[],
): References | null {
  const isKnown = records.every(
    ({ assignee, creator, project }) =>
      [assignee, creator].every((person) => !person || known.person(person.email) !== undefined) &&
      (project === null || projectId !== undefined || known.project(project) !== undefined),
  )
  if (!isKnown) return null
  return { person: (email) => known.person(email), project: (name) => projectId ?? known.project(name) }
}

/** Finds the people and projects that a batch names, and creates missing ones. */
export async function resolveReferences(
  loading: Loading,
  records: readonly ImportedBug[],
): Promise<References> {
  const known = knownReferences(loading, records)
  if (known !== null) return known
  const people = new Map<string, string | null>()
  for (const { assignee, creator } of records) {
    for (const person of [assignee, creator]) {
      if (person) people.set(person.email, people.get(person.email) ?? person.name)
    }
  }
  const { projectId } = loading
  const named = projectId === undefined ? records : []
  const names = new Set(named.map(({ project }) => project).filter((name) => name !== null))
  const [users, projects] = [await personIds(loading, people), await projectIds(loading, [...names])]
  loading.known.add(users, projects)
  for (const { assignee, creator, project } of records) {
    const unknown = [assignee, creator].filter((person) => person && !users.has(person.email)).length
    loading.effects.leftOut +=
      unknown + (project === null || projectId !== undefined || projects.has(project) ? 0 : 1)
  }
  return { person: (email) => users.get(email)?.id, project: (name) => projectId ?? projects.get(name) }
}

async function personIds(
  { tx, importing, createUnknown, effects }: Loading,
  people: ReadonlyMap<string, string | null>,
) {
  const emails = [...people.keys()]
  const missingIn = (known: ReadonlyMap<string, unknown>) => emails.filter((email) => !known.has(email))
  const known = await findUsersByEmail(tx, emails)
  if (!createUnknown || missingIn(known).length === 0) return known
  await lockNames(tx)
  const missing = missingIn(await findUsersByEmail(tx, emails))
  const users = missing.map((email) => ({
    email,
    name: people.get(email) ?? email.slice(0, email.indexOf('@')),
    role: 'engineer' as const,
    isActive: true,
  }))
  await createImportedUsers(tx, users, importing)
  effects.peopleCreated += users.length
  return findUsersByEmail(tx, emails)
}

function projectIds(loading: Loading, names: readonly string[]): Promise<Map<string, string>> {
  return loading.createUnknown
    ? findOrCreateNamedProjects(loading, names)
    : findNamedProjects(loading.tx, names)
}
