import { lockNames } from '../../data/imports/import-locks.js'
import {
  changeImportedProjects,
  createImportedProjects,
  findProjectsByName,
  findProjectsByUrl,
} from '../../data/imports/import-projects.js'
import type { Written } from '../csv/tally.js'
import type { ImportedProject } from '../validate/imported.js'
import type { RecordChange } from './change-log.js'
import { onlyPresent, upsert, type Loading } from './loading.js'

/**
 * A project is known by its repository, else by its name. In a file that gives repositories, a name stands for a project
 * that has none: otherwise two rows could mean the same one.
 */
export async function loadProjects(loading: Loading, records: readonly ImportedProject[]): Promise<Written> {
  const { tx, importing, present, effects } = loading
  await lockNames(tx)
  return upsert<ImportedProject, string>(loading, records, {
    table: 'projects',
    nameOf: ({ githubUrl, name }) => githubUrl ?? name,
    idOf: (id) => id,
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
      const changed: Awaited<ReturnType<typeof changeImportedProjects>> = []
      for (const [fields, some] of byFields(present, pairs)) {
        const changes = some.map(({ record, known }) => ({ id: known, said: onlyPresent(record, fields) }))
        changed.push(...(await changeImportedProjects(tx, changes, importing)))
      }
      const recordOf = new Map(pairs.map(({ record, known }) => [known, record]))
      for (const { id, before, updatedAt } of changed) {
        effects.images.addProject(id, { ...before, updatedAt })
        const record = recordOf.get(id)
        if (record) effects.changes?.add(changeOf(record, before))
      }
      return changed.length
    },
  })
}

interface Pair {
  record: ImportedProject
  known: string
}

/** Where no column is the status, a project that is archived has one to tell, and any other none. */
function byFields(
  present: ReadonlySet<string>,
  pairs: readonly Pair[],
): (readonly [fields: ReadonlySet<string>, pairs: readonly Pair[]])[] {
  const tells = ({ record }: Pair): boolean => record.status === 'deferred'
  const groups = [
    [present, pairs.filter((pair) => !tells(pair))],
    [new Set([...present, 'status']), pairs.filter(tells)],
  ] as const
  return groups.filter(([, some]) => some.length > 0)
}

function changeOf(record: ImportedProject, before: object): RecordChange {
  const after: Readonly<Record<string, unknown>> = { ...record }
  const fields = Object.entries(before).map(([field, was]) => [field, [textOf(was), textOf(after[field])]])
  return {
    action: 'update',
    name: record.githubUrl ?? record.name,
    fields: Object.fromEntries(fields) as RecordChange['fields'],
  }
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}
