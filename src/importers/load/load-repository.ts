import { lockNames } from '../../data/imports/import-locks.js'
import {
  changeImportedProjects,
  createImportedProjects,
  findProjectsByName,
  findProjectsByUrl,
  findRepositoryProject,
  type ImportedProject,
  type KnownProject,
  type RepositoryIdentity,
} from '../../data/imports/import-projects.js'
import type { Db } from '../../engine/client.js'
import { required } from '../../errors.js'
import { changedProject, projectImages } from './load-projects.js'
import type { LoadContext } from './loading.js'
import type { RecordKind } from './record-kind.js'
import { upsert } from './upsert.js'

/** `names`: those that its project may have; a new project gets the first that is free. */
export interface Repository extends RepositoryIdentity {
  /** The values for the project; null for one that is not stored yet. */
  values(known: KnownProject | null): Partial<ImportedProject>
}

/** Creates or updates the project of a repository. */
export async function loadRepository(
  context: LoadContext,
  repository: Repository,
): Promise<{ projectId: string; name: string; outcome: 'created' | 'updated' | 'unchanged' }> {
  const { created, updated } = await upsert(repositoryKind, context, [repository])
  const project = await findRepositoryProject(context.tx, repository)
  if (!project)
    throw new Error(`the project of ${String(repository.names[0])} is missing after it was stored`)
  const outcome = created ? 'created' : updated ? 'updated' : 'unchanged'
  return { projectId: project.id, name: project.name, outcome }
}

/** Projects of repositories, identified by the immutable id, else by the URL, else by one of their names. */
const repositoryKind: RecordKind<Repository, KnownProject, LoadContext> = {
  table: 'projects',
  images: projectImages,
  nameOf: ({ githubUrl, names }) => githubUrl ?? required(names[0], 'a name of the repository'),
  find: async ({ tx }, repositories) => {
    await lockNames(tx)
    const found: (KnownProject | undefined)[] = []
    for (const repository of repositories)
      found.push((await findRepositoryProject(tx, repository)) ?? undefined)
    return found
  },
  create: async (context, repositories) => {
    const { tx, importing } = context
    for (const { names, githubUrl, externalUid, values } of repositories) {
      await releaseUrl(context, githubUrl)
      const name = (await freeName(tx, names)) ?? required(names[0], 'a name of the repository')
      await createImportedProjects(tx, [{ ...values(null), name, githubUrl, externalUid }], importing)
    }
  },
  change: async ({ tx, importing }, matches) => {
    const changes: { id: string; values: Partial<ImportedProject> }[] = []
    for (const { record, known } of matches) {
      changes.push({
        id: known.id,
        values: { ...record.values(known), ...(await identityOf(tx, record, known)) },
      })
    }
    const valuesOf = new Map(changes.map(({ id, values }) => [id, values]))
    const changed = await changeImportedProjects(tx, changes, importing)
    return changed.map((row) => changedProject(row, valuesOf.get(row.id) ?? {}))
  },
}

/** A repository that was renamed takes its project along, unless people have named the project themselves. */
async function identityOf(tx: Db, { names, githubUrl, externalUid }: Repository, known: KnownProject) {
  const uid = externalUid ?? known.externalUid
  const isRenamed = externalUid !== null && known.externalUid === externalUid && known.githubUrl !== githubUrl
  const isFree = githubUrl !== null && (await findProjectsByUrl(tx, [githubUrl])).size === 0
  if (!isRenamed || !isFree)
    return { name: known.name, githubUrl: known.githubUrl ?? githubUrl, externalUid: uid }
  const formerly = known.githubUrl?.split('/').slice(-2).join('/') ?? ''
  const isNamedAfterIt = [formerly, formerly.slice(formerly.indexOf('/') + 1)].includes(
    known.name.toLowerCase(),
  )
  const name = isNamedAfterIt ? await freeName(tx, names) : undefined
  return { name: name ?? known.name, githubUrl, externalUid: uid }
}

async function freeName(tx: Db, names: readonly string[]): Promise<string | undefined> {
  const taken = await findProjectsByName(tx, { names })
  return names.find((each) => !taken.has(each))
}

/** The URL of a renamed repository becomes free for the next repository of that name. */
async function releaseUrl({ tx, importing, effects }: LoadContext, githubUrl: string | null): Promise<void> {
  const holders = await findProjectsByUrl(tx, githubUrl === null ? [] : [githubUrl])
  const changes = [...holders.values()].map((id) => ({ id, values: { githubUrl: null } }))
  for (const { id, before, updatedAt } of await changeImportedProjects(tx, changes, importing))
    effects.images.add(projectImages, id, { ...before, updatedAt })
}
