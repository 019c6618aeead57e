import { lockNames } from '../../data/imports/import-locks.js'
import {
  changeImportedProjects,
  createImportedProjects,
  findProjectsByName,
  findRepositoryProject,
  type ImportedProject,
  type KnownProject,
} from '../../data/imports/import-projects.js'
import { changedProject, projectImages } from './load-projects.js'
import type { LoadContext } from './loading.js'
import type { RecordKind } from './record-kind.js'
import { upsert } from './upsert.js'

export interface Repository {
  /** Names that its project may have; a new project gets the first that is free. */
  names: readonly string[]
  /** Normalised. */
  githubUrl: string | null
  /** The values for the project; null for one that is not stored yet. */
  said(known: KnownProject | null): Partial<ImportedProject>
}

/** Creates the project of a repository, or brings it up to date. */
export async function loadRepository(
  context: LoadContext,
  repository: Repository,
): Promise<{ projectId: string; outcome: 'created' | 'updated' | 'unchanged' }> {
  const { created, updated } = await upsert(repositoryKind, context, [repository])
  const project = await findRepositoryProject(context.tx, repository)
  if (!project)
    throw new Error(`the project of ${String(repository.names[0])} is missing after it was stored`)
  return { projectId: project.id, outcome: created ? 'created' : updated ? 'updated' : 'unchanged' }
}

/** Projects of repositories, identified by the URL, else by one of their names. */
const repositoryKind: RecordKind<Repository, KnownProject, LoadContext> = {
  table: 'projects',
  images: projectImages,
  nameOf: ({ githubUrl, names }) => githubUrl ?? names[0] ?? '',
  find: async ({ tx }, repositories) => {
    await lockNames(tx)
    const found: (KnownProject | undefined)[] = []
    for (const repository of repositories)
      found.push((await findRepositoryProject(tx, repository)) ?? undefined)
    return found
  },
  create: async ({ tx, importing }, repositories) => {
    for (const { names, githubUrl, said } of repositories) {
      const taken = await findProjectsByName(tx, { names })
      const name = names.find((each) => !taken.has(each)) ?? names[0] ?? ''
      await createImportedProjects(tx, [{ ...said(null), name, githubUrl }], importing)
    }
  },
  change: async ({ tx, importing }, matches) => {
    const changes = matches.map(({ record: { said, githubUrl }, known }) => ({
      id: known.id,
      said: { ...said(known), githubUrl: known.githubUrl ?? githubUrl },
    }))
    const saidOf = new Map(changes.map(({ id, said }) => [id, said]))
    const changed = await changeImportedProjects(tx, changes, importing)
    return changed.map((row) => changedProject(row, saidOf.get(row.id) ?? {}))
  },
}
