import { lockNames } from '../../data/imports/import-locks.js'
import {
  changeImportedProjects,
  createImportedProjects,
  findProjectsByName,
  findProjectsByUrl,
  type ChangedProject,
} from '../../data/imports/import-projects.js'
import { imageKeyOf } from '../../data/imports/images.js'
import type { ImportedProject } from '../validate/imported.js'
import type { RecordChange } from './change-log.js'
import { onlyPresent } from './loading.js'
import type { ChangedRow, Match, RecordKind } from './record-kind.js'

/** Where the audit log stores the replaced values of projects. */
export const projectImages = { auditKey: imageKeyOf('project'), onlyIds: false }

/**
 * Projects, identified by their repository, else by their name. In a file with repositories, a name identifies a project
 * without one: otherwise two rows could mean the same project.
 */
export const projectKind: RecordKind<ImportedProject> = {
  table: 'projects',
  images: projectImages,
  nameOf: ({ githubUrl, name }) => githubUrl ?? name,
  find: async ({ tx, present }, records) => {
    await lockNames(tx)
    const urls = records.map(({ githubUrl }) => githubUrl).filter((url) => url !== null)
    const names = records.filter(({ githubUrl }) => githubUrl === null).map(({ name }) => name)
    const byUrl = await findProjectsByUrl(tx, urls)
    const byName = await findProjectsByName(tx, { names, withoutUrl: present.has('githubUrl') })
    return records.map(({ githubUrl, name }) => {
      const id = githubUrl === null ? byName.get(name) : byUrl.get(githubUrl)
      return id === undefined ? undefined : { id }
    })
  },
  create: ({ tx, importing }, records) => createImportedProjects(tx, records, importing),
  change: async ({ tx, importing, present }, matches) => {
    const changed: ChangedRow[] = []
    for (const [fields, some] of byFields(present, matches)) {
      const changes = some.map(({ record, known }) => ({ id: known.id, values: onlyPresent(record, fields) }))
      const valuesOf = new Map(changes.map(({ id, values }) => [id, values]))
      const rows = await changeImportedProjects(tx, changes, importing)
      changed.push(...rows.map((row) => changedProject(row, valuesOf.get(row.id) ?? {})))
    }
    return changed
  },
}

/** The changed row of a project, with the time of the change before it, which undo restores too. */
export function changedProject(
  { id, before, updatedAt }: ChangedProject,
  values: Partial<ImportedProject>,
): ChangedRow {
  const after: Readonly<Record<string, unknown>> = values
  const fields = Object.entries(before).map(([field, was]) => [field, [textOf(was), textOf(after[field])]])
  return {
    id,
    before: { ...before, updatedAt },
    fields: Object.fromEntries(fields) as RecordChange['fields'],
  }
}

type ProjectMatch = Match<ImportedProject, { id: string }>

/** Without a status column, only an archived project has a status to write; the others keep theirs. */
function byFields(
  present: ReadonlySet<string>,
  matches: readonly ProjectMatch[],
): (readonly [fields: ReadonlySet<string>, matches: readonly ProjectMatch[]])[] {
  const isArchived = ({ record }: ProjectMatch): boolean => record.status === 'deferred'
  const groups = [
    [present, matches.filter((match) => !isArchived(match))],
    [new Set([...present, 'status']), matches.filter(isArchived)],
  ] as const
  return groups.filter(([, some]) => some.length > 0)
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}
