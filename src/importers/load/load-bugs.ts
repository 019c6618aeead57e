import { changeTrackedBugs } from '../../data/imports/import-bug-changes.js'
import type { NewTrackedBug } from '../../data/imports/import-bug-tables.js'
import {
  createTrackedBugs,
  findTrackedBugs,
  readyTrackedBugs,
  type KnownBug,
} from '../../data/imports/import-bugs.js'
import { isResolved } from '../../domain/bug.js'
import type { SourceChange } from '../../domain/source-change.js'
import type { Written } from '../csv/tally.js'
import type { ImportedBug } from '../validate/imported.js'
import type { Person } from '../validate/people.js'
import type { RecordChange } from './change-log.js'
import type { Ready } from './load-batch.js'
import { onlyPresent, upsert, type Loading } from './loading.js'
import { knownReferences, resolveReferences, type References } from './references.js'

/** A bug is known by its key in its source. */
export async function loadBugs(loading: Loading, records: readonly ImportedBug[]): Promise<Written> {
  const { tx, importing, externalSource, present, effects, merge } = loading
  return upsert<ImportedBug, KnownBug>(loading, records, {
    table: 'bugs',
    nameOf: ({ externalId }) => externalId,
    idOf: ({ id }) => id,
    find: async () => {
      if (loading.isNewSource) return records.map(() => undefined)
      const externalIds = records.map(({ externalId }) => externalId)
      const known = await findTrackedBugs(tx, { externalSource, externalIds })
      return externalIds.map((id) => known.get(id))
    },
    create: async (fresh) => {
      const references = await resolveReferences(loading, fresh)
      const bugs = fresh.map((record) => newBug(record, { present, ids: idsOf(record, nobody, references) }))
      await createTrackedBugs(tx, bugs, importing)
    },
    change: async (pairs) => {
      const references = await resolveReferences(
        loading,
        pairs.map(({ record }) => record),
      )
      const changes = pairs.map(({ record, known }) => {
        const ids = idsOf(record, known, references)
        return { id: known.id, said: saidOf(record, known, { present, ids }), changedAt: record.updatedAt }
      })
      const merged = await changeTrackedBugs(tx, { changes, rules: merge }, importing)
      effects.noteEdits(merged)
      effects.older += merged.older
      const nameOf = new Map(pairs.map(({ record, known }) => [known.id, record.externalId]))
      for (const { id, before, history } of merged.changed) {
        if (before !== null) effects.images.addBug(id, before)
        const fields = history.map(({ fieldChanged, oldValue, newValue }) => [
          fieldChanged,
          [oldValue, newValue],
        ])
        const name = nameOf.get(id) ?? id
        effects.changes?.add({
          action: 'update',
          name,
          fields: Object.fromEntries(fields) as RecordChange['fields'],
        })
      }
      return merged.changed.length
    },
  })
}

/**
 * Makes bugs of a new source ready to be stored, while the database is at work on others; null where it has to be asked
 * first who or what they name.
 */
export function readyBugs(loading: Loading, records: readonly ImportedBug[]): Ready | null {
  const { isNewSource, mode, effects, present, importing } = loading
  if (!isNewSource || mode === 'update-only' || effects.changes) return null
  const references = knownReferences(loading, records)
  if (references === null) return null
  const bugs = records.map((record) => newBug(record, { present, ids: idsOf(record, nobody, references) }))
  return readyTrackedBugs(bugs, importing)
}

type Ids = Pick<KnownBug, 'assignedToId' | 'createdById' | 'projectId'>

const nobody: Ids = { assignedToId: null, createdById: null, projectId: null }

/** Nobody is an answer; somebody whom nobody knows is none, and then what is there stays. */
function idsOf({ assignee, creator, project }: ImportedBug, known: Ids, references: References): Ids {
  const idOf = (person: Person | null | undefined, was: string | null) =>
    person === null ? null : ((person && references.person(person.email)) ?? was)
  return {
    assignedToId: idOf(assignee, known.assignedToId),
    createdById: idOf(creator, known.createdById),
    projectId: project === null ? null : (references.project(project) ?? known.projectId),
  }
}

/** Spelled out, as it is done for every record. */
function newBug(
  record: ImportedBug,
  { present, ids }: { present: ReadonlySet<string>; ids: Ids },
): NewTrackedBug {
  const bug: NewTrackedBug = {
    bugNumber: record.bugNumber,
    externalSource: record.externalSource,
    externalId: record.externalId,
    externalUrl: record.externalUrl,
    externalUpdatedAt: record.updatedAt,
    title: record.title,
    description: record.description,
    severity: record.severity,
    status: record.status,
    assignedToId: ids.assignedToId,
    createdById: ids.createdById,
    projectId: ids.projectId,
    createdAt: record.createdAt,
    resolvedAt: record.resolvedAt,
    isBlocker: record.isBlocker,
    estimatedHours: record.estimatedHours,
    actualHours: record.actualHours,
  }
  // Columns that few files have cost nothing where they are not.
  if (present.has('businessImpact')) bug.businessImpact = record.businessImpact
  if (present.has('revenueImpact')) bug.revenueImpact = record.revenueImpact
  return bug
}

/** What the file says of a bug that is there. It may not say when, and then the dates that are known stay. */
function saidOf(
  { assignee, creator, project, updatedAt, externalSource, externalId, bugNumber, ...fields }: ImportedBug,
  known: KnownBug,
  { present, ids }: { present: ReadonlySet<string>; ids: Ids },
): SourceChange {
  const status = present.has('status') ? fields.status : known.status
  const said = {
    ...fields,
    createdAt: fields.createdAt ?? known.createdAt,
    resolvedAt: isResolved(status) ? (fields.resolvedAt ?? known.resolvedAt) : null,
  }
  return {
    ...onlyPresent(said, present),
    ...(present.has('assignee') && { assignedToId: ids.assignedToId }),
    ...(present.has('creator') && { createdById: ids.createdById }),
    ...(present.has('project') && { projectId: ids.projectId }),
  }
}
