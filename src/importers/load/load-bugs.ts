import { changeTrackedBugs } from '../../data/imports/import-bug-changes.js'
import type { NewTrackedBug } from '../../data/imports/import-bug-tables.js'
import { createTrackedBugs, readyTrackedBugs, type StoredBug } from '../../data/imports/import-bugs.js'
import { isResolved } from '../../domain/bug.js'
import { plainBugFields } from '../../domain/bug-fields.js'
import type { FieldChange } from '../../domain/bug-change.js'
import type { SourceChange } from '../../domain/source-change.js'
import type { ImportedBug } from '../validate/imported.js'
import type { NamedPerson } from '../validate/people.js'
import type { RecordChange } from './change-log.js'
import { identifyBugs, ownSource, type KnownBug } from './identify-bugs.js'
import { onlyPresent, type Loading } from './loading.js'
import { bugImages, moveKeys } from './move-keys.js'
import type { ChangedRow, RecordKind } from './record-kind.js'
import { knownReferences, resolveReferences, type References } from './references.js'

/** Bugs, identified by their immutable id in their source, else by their key there. */
export const bugKind: RecordKind<ImportedBug, KnownBug> = {
  table: 'bugs',
  images: bugImages,
  nameOf: ({ externalId }) => externalId,
  find: identifyBugs,
  create: async (loading, records) => {
    if (!loading.isNewSource)
      await moveKeys(loading, { newKeys: records.map(({ externalId }) => externalId) })
    const references = await resolveReferences(loading, records)
    await createTrackedBugs(loading.tx, newBugs(loading, records, references), loading.importing)
  },
  change: async (loading, matches) => {
    const { tx, importing, externalSource, present, effects, merge } = loading
    const moves = new Map(matches.flatMap(({ known: { id, move } }) => (move ? [[id, move]] : [])))
    const renamed = await moveKeys(loading, { moves })
    const records = matches.map(({ record }) => record)
    const references = await resolveReferences(loading, records)
    const changes = matches.map(({ record, known }) => {
      const ids = idsOf(record, known, references)
      return {
        id: known.id,
        values: sourceValues(record, known, { present, ids }),
        changedAt: externalSource === ownSource ? null : record.updatedAt,
      }
    })
    const merged = await changeTrackedBugs(tx, { changes, rules: merge }, importing)
    effects.noteEdits(merged)
    effects.older += merged.older
    effects.noteRedated(merged.redatedSince)
    for (const { id, before } of merged.seenLater) effects.images.add(bugKind.images, id, before)
    return joined([...renamed, ...merged.changed])
  },
  /** Only for a new source, whose bugs need no search, and if the named people and projects are known. */
  ready: (loading, records) => {
    const { isNewSource, mode, effects, importing } = loading
    if (!isNewSource || mode === 'update-only' || effects.changes) return null
    const references = knownReferences(loading, records)
    return references && readyTrackedBugs(newBugs(loading, records, references), importing)
  },
}

/** What several steps have changed of a bug, as one change. */
function joined(
  changed: readonly { id: string; before: object | null; history: readonly FieldChange[] }[],
): ChangedRow[] {
  const rows = new Map<string, ChangedRow>()
  for (const { id, before, history } of changed) {
    const row = rows.get(id)
    rows.set(id, {
      id,
      before: before === null ? (row?.before ?? null) : { ...row?.before, ...before },
      fields: { ...row?.fields, ...fieldsIn(history) },
    })
  }
  return [...rows.values()]
}

function fieldsIn(history: readonly FieldChange[]): RecordChange['fields'] {
  return Object.fromEntries(
    history.map(({ fieldChanged, oldValue, newValue }) => [fieldChanged, [oldValue, newValue] as const]),
  )
}

function newBugs(
  { present }: Loading,
  records: readonly ImportedBug[],
  references: References,
): NewTrackedBug[] {
  return records.map((record) => newBug(record, { present, ids: idsOf(record, noIds, references) }))
}

type Ids = Pick<StoredBug, 'assignedToId' | 'createdById' | 'projectId'>

const noIds: Ids = { assignedToId: null, createdById: null, projectId: null }

/** Null unassigns; undefined (a person or project that is not stored) keeps the stored value. */
function idsOf({ assignee, creator, project }: ImportedBug, known: Ids, references: References): Ids {
  const idOf = (person: NamedPerson | null | undefined, was: string | null) =>
    person === null ? null : ((person && references.person(person.email)) ?? was)
  return {
    assignedToId: idOf(assignee, known.assignedToId),
    createdById: idOf(creator, known.createdById),
    projectId: project === null ? null : (references.project(project) ?? known.projectId),
  }
}

/** Field by field, without spreading: this runs for every record. */
function newBug(
  record: ImportedBug,
  { present, ids }: { present: ReadonlySet<string>; ids: Ids },
): NewTrackedBug {
  const bug: NewTrackedBug = {
    bugNumber: record.bugNumber,
    externalSource: record.externalSource,
    externalId: record.externalId,
    externalUrl: record.externalUrl,
    externalUid: record.externalUid,
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
    labels: record.labels,
  }
  // Columns that few files have cost nothing if they are missing.
  for (const field of plainBugFields) if (present.has(field)) bug[field] = record[field] ?? null
  return bug
}

/** The source's values for a stored bug. Dates that the source lacks are kept. */
function sourceValues(
  {
    assignee,
    creator,
    project,
    updatedAt,
    externalSource,
    externalId,
    externalUid,
    bugNumber,
    ...fields
  }: ImportedBug,
  known: StoredBug,
  { present, ids }: { present: ReadonlySet<string>; ids: Ids },
): SourceChange {
  const status = present.has('status') ? fields.status : known.status
  const values = {
    ...fields,
    createdAt: fields.createdAt ?? known.createdAt,
    resolvedAt: isResolved(status) ? (fields.resolvedAt ?? known.resolvedAt) : null,
  }
  return {
    ...onlyPresent(values, present),
    ...(present.has('assignee') && { assignedToId: ids.assignedToId }),
    ...(present.has('creator') && { createdById: ids.createdById }),
    ...(present.has('project') && { projectId: ids.projectId }),
  }
}
