import { lockNames } from '../../data/imports/import-locks.js'
import {
  createImportedProjects,
  findProjectsByName,
  findProjectsByUrl,
} from '../../data/imports/import-projects.js'
import type { Db } from '../../engine/client.js'
import { githubUrlOrNull } from '../validate/read-project.js'
import type { Loading } from './loading.js'

/** The ids of projects by what a file calls them: a name, or the address of a repository on GitHub. */
export async function findNamedProjects(tx: Db, given: readonly string[]): Promise<Map<string, string>> {
  const urls = new Map(given.map((project) => [project, githubUrlOrNull(project)]))
  const byUrl = await findProjectsByUrl(
    tx,
    [...urls.values()].filter((url) => url !== null),
  )
  const byName = await findProjectsByName(tx, {
    names: given.filter((project) => !byUrl.has(urls.get(project) ?? '')),
  })
  return new Map(
    given.flatMap((project) => {
      const id = byName.get(project) ?? byUrl.get(urls.get(project) ?? '')
      return id === undefined ? [] : [[project, id] as const]
    }),
  )
}

/** The same; those that are missing are created. */
export async function findOrCreateNamedProjects(
  { tx, importing, effects }: Loading,
  given: readonly string[],
): Promise<Map<string, string>> {
  const known = await findNamedProjects(tx, given)
  if (given.every((project) => known.has(project))) return known
  await lockNames(tx)
  const present = await findNamedProjects(tx, given)
  // Two spellings of one name or address are one project, with the first spelling.
  const missing = new Map<string, { name: string; githubUrl: string | null }>()
  for (const project of given) {
    const githubUrl = githubUrlOrNull(project)
    const key = githubUrl ?? project.toLowerCase()
    if (present.has(project) || missing.has(key)) continue
    missing.set(key, { name: githubUrl?.slice(githubUrl.lastIndexOf('/') + 1) ?? project, githubUrl })
  }
  await createImportedProjects(tx, [...missing.values()], importing)
  effects.projectsCreated += missing.size
  return findNamedProjects(tx, given)
}
