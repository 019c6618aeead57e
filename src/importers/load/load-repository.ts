import { lockNames } from '../../data/imports/import-locks.js'
import {
  changeImportedProjects,
  createImportedProjects,
  findProjectsByName,
  findRepositoryProject,
  type ImportedProject,
  type KnownProject,
} from '../../data/imports/import-projects.js'
import type { Importing } from '../../data/imports/import-table.js'
import type { Db } from '../../engine/client.js'
import type { Effects } from './effects.js'

export interface Repository {
  /** By which its project may go, the one a new project gets first. */
  names: readonly string[]
  /** Normalised. */
  githubUrl: string | null
  /** What is new about the project; null where it is not there yet. */
  said(known: KnownProject | null): Partial<ImportedProject>
}

export interface LoadRepository {
  tx: Db
  importing: Importing
  effects: Effects
}

/** Brings the project of a repository up to date, or makes it. */
export async function loadRepository(
  { tx, importing, effects }: LoadRepository,
  { names, githubUrl, said }: Repository,
): Promise<{ projectId: string; outcome: 'created' | 'updated' | 'unchanged' }> {
  await lockNames(tx)
  const known = await findRepositoryProject(tx, { names, githubUrl })
  if (known) {
    const change = { id: known.id, said: { ...said(known), githubUrl: known.githubUrl ?? githubUrl } }
    const changed = await changeImportedProjects(tx, [change], importing)
    for (const { id, before, updatedAt } of changed) effects.images.addProject(id, { ...before, updatedAt })
    return { projectId: known.id, outcome: changed.length > 0 ? 'updated' : 'unchanged' }
  }
  const taken = await findProjectsByName(tx, { names })
  const name = names.find((each) => !taken.has(each)) ?? names[0] ?? ''
  await createImportedProjects(tx, [{ ...said(null), name, githubUrl }], importing)
  const created = await findRepositoryProject(tx, { names: [name], githubUrl })
  if (!created) throw new Error(`the project ${name} that was just stored is not there`)
  return { projectId: created.id, outcome: 'created' }
}
