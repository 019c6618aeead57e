import { randomUUID } from 'node:crypto'
import type { ProjectStatus } from '../../domain/project.js'
import { requireSoundProject, ruledFields, type ProjectFigures } from '../../domain/project-rules.js'
import type { Db } from '../../engine/client.js'
import { tableOf } from '../../engine/table.js'
import type { ProjectFields } from '../projects/projects.js'
import { changeRows, type Changed } from '../../engine/change-rows.js'
import type { Importing } from './importing.js'
import { insertBatch } from './new-rows.js'

/**
 * The identity is the repository's immutable id, which only the API of its host gives, else the githubUrl, normalised, else
 * the name.
 */
export type ImportedProject = ProjectFields & { externalUid?: string | null }

const projectTable = tableOf('projects')

/** Ids by normalised URL. */
export async function findProjectsByUrl(tx: Db, urls: readonly string[]): Promise<Map<string, string>> {
  if (urls.length === 0) return new Map()
  const found = await tx.$queryRaw<{ url: string; id: string }[]>`
    SELECT github_url AS url, id::text FROM projects WHERE github_url = ANY(${[...urls]}::text[])`
  return new Map(found.map(({ url, id }) => [url, id]))
}

interface FindByName {
  names: readonly string[]
  /** Only those that no URL names. */
  withoutUrl?: boolean | undefined
}

/** Ids by name as it is spelled here, whatever its case there; of several projects with one name, the oldest. */
export async function findProjectsByName(
  tx: Db,
  { names, withoutUrl = false }: FindByName,
): Promise<Map<string, string>> {
  if (names.length === 0) return new Map()
  const found = await tx.$queryRaw<{ name: string; id: string }[]>`
    SELECT DISTINCT ON (n.name) n.name, p.id::text
    FROM unnest(${[...names]}::text[]) AS n(name)
    JOIN projects p ON lower(p.name) = lower(n.name)
    WHERE NOT ${withoutUrl}::boolean OR p.github_url IS NULL
    ORDER BY n.name, p.created_at, p.id`
  return new Map(found.map(({ name, id }) => [name, id]))
}

/** What an import of its repository may have to keep of a project. */
export interface KnownProject {
  id: string
  name: string
  githubUrl: string | null
  externalUid: string | null
  language: string | null
  lastCommit: Date | null
  status: ProjectStatus
}

/** What identifies a repository; null if its source has no such value. */
export interface RepositoryIdentity {
  names: readonly string[]
  /** Normalised. */
  githubUrl: string | null
  /** Its immutable id, behind its host. */
  externalUid: string | null
}

/**
 * The project of a repository: the one with its immutable id, else the one with its URL, else the oldest of one of these
 * names; but none that an id or a URL shows to be another repository's.
 */
export async function findRepositoryProject(
  tx: Db,
  { names, githubUrl, externalUid }: RepositoryIdentity,
): Promise<KnownProject | null> {
  const [project] = await tx.$queryRaw<KnownProject[]>`
    SELECT
      id::text, name, github_url AS "githubUrl", external_uid AS "externalUid", language,
      last_commit AS "lastCommit", status::text
    FROM projects
    WHERE external_uid = ${externalUid}::text
      OR (external_uid IS NULL OR ${externalUid}::text IS NULL) AND (
        github_url = ${githubUrl}::text
        OR lower(name) = ANY(${names.map((name) => name.toLowerCase())}::text[])
          AND (github_url IS NULL OR ${githubUrl}::text IS NULL)
      )
    ORDER BY
      external_uid IS NOT DISTINCT FROM ${externalUid} DESC, github_url IS NOT DISTINCT FROM ${githubUrl}::text DESC,
      created_at, id
    LIMIT 1`
  return project ?? null
}

/**
 * Stores projects in the given order. A project that only bugs mention has a name and no other values.
 *
 * @throws CtoError INVALID_VALUE for figures that contradict each other
 */
export async function createImportedProjects(
  tx: Db,
  projects: readonly (Pick<ImportedProject, 'name'> & Partial<ImportedProject>)[],
  { importId, actor: { now } }: Importing,
): Promise<void> {
  for (const project of projects) requireSoundProject(project, Object.keys(project))
  const rows = projects.map((project) => ({
    ...project,
    id: randomUUID(),
    importId,
    createdAt: now,
    updatedAt: now,
  }))
  await insertBatch(tx, projectTable, rows)
}

/** A project with the fields that were changed, as they were. */
export type ChangedProject = Changed<keyof ImportedProject>

export interface ImportedProjectChange {
  id: string
  /** The same fields in every change of a batch. */
  values: Partial<ImportedProject>
}

/**
 * Updates projects to the values of their source; returns the old values.
 *
 * @throws CtoError INVALID_VALUE for figures that contradict each other, or the stored figures that the source omits
 */
export async function changeImportedProjects(
  tx: Db,
  changes: readonly ImportedProjectChange[],
  { actor }: Importing,
): Promise<ChangedProject[]> {
  await requireSoundChanges(tx, changes)
  return changeRows(tx, projectTable, { changes, now: actor.now })
}

/** As with one project by hand, an invalid stored value does not block a change of other fields. */
async function requireSoundChanges(tx: Db, changes: readonly ImportedProjectChange[]): Promise<void> {
  const stored = await tx.$queryRaw<({ id: string } & Required<ProjectFigures>)[]>`
    SELECT
      id::text, tam::text, sam::text, som_year3::text AS "somYear3", margin_percent::text AS "marginPercent",
      current_milestone AS "currentMilestone", total_milestones AS "totalMilestones"
    FROM projects
    WHERE id = ANY(${changes.map(({ id }) => id)}::uuid[])`
  const figuresOf = new Map(stored.map(({ id, ...figures }) => [id, figures]))
  for (const { id, values } of changes) {
    const before: ProjectFigures = figuresOf.get(id) ?? {}
    const wanted: ProjectFigures = values
    const changed = ruledFields.filter((field) => field in values && wanted[field] !== before[field])
    requireSoundProject({ ...before, ...wanted }, changed)
  }
}
