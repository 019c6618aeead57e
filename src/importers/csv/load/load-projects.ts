import { lockNames } from '../../../data/imports/import-locks.js'
import {
  changeImportedProjects,
  createImportedProjects,
  findProjectsByName,
  findProjectsByUrl,
} from '../../../data/imports/import-projects.js'
import type { Written } from '../tally.js'
import type { ImportedProject } from '../validate/imported.js'
import { onlyPresent, upsert, type Loading } from './loading.js'

/**
 * A project is known by its repository, else by its name. In a file that gives repositories, a name stands for a project
 * that has none: otherwise two rows could mean the same one.
 */
export async function loadProjects(loading: Loading, records: readonly ImportedProject[]): Promise<Written> {
  const { tx, importing, present, effects } = loading
  await lockNames(tx)
  return upsert<ImportedProject, string>(records, loading, {
    find: async () => {
      const urls = records.map(({ githubUrl }) => githubUrl).filter((url) => url !== null)
      const names = records.filter(({ githubUrl }) => githubUrl === null).map(({ name }) => name)
      const byUrl = await findProjectsByUrl(tx, urls)
      const byName = await findProjectsByName(tx, { names, withoutUrl: present.has('githubUrl') })
      return records.map(({ githubUrl, name }) =>
        githubUrl === null ? byName.get(name) : byUrl.get(githubUrl),
      )
    },
    create: (fresh) => createImportedProjects(tx, fresh, importing),
    change: async (pairs) => {
      const changes = pairs.map(({ record, known }) => ({ id: known, said: onlyPresent(record, present) }))
      const changed = await changeImportedProjects(tx, changes, importing)
      for (const { id, before } of changed) effects.noteProject(id, before)
      return changed.length
    },
  })
}
