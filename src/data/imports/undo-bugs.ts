import type { Actor } from '../audit/audit.js'
import { bugFields } from '../../domain/bug-fields.js'
import type { Redated } from '../../domain/late-resolution.js'
import { batchesOf } from '../../engine/batches.js'
import type { Db } from '../../engine/client.js'
import { lockBugs } from './edited-since.js'
import { fieldsReferringTo } from '../../engine/table.js'
import { bugTable } from '../bugs/bug-columns.js'
import type { BugImage } from './bug-images.js'
import { historyTable } from './import-bug-tables.js'
import { readRows, updateRows } from '../../engine/change-rows.js'
import type { ImportLog } from './imports.js'
import { freeFormerKeys } from './undo-identities.js'
import { deleteRows } from './undo-rows.js'

/** By bug: fields as they were, in text. */
type Before = ReadonlyMap<string, Readonly<Record<string, string | null>>>

/** A `BugImage` as audit rows keep it, in JSON. */
export interface StoredImage {
  readonly [field: string]: unknown
  afterSeq: BugImage['afterSeq']
  writtenAt: string
  redated?: Omit<Redated, 'changedAt'> & { changedAt: string }
  isUnchanged?: boolean
}

interface RestoreBugs {
  log: ImportLog
  actor: Actor
  images: ReadonlyMap<string, StoredImage>
}

/** Deletes the bugs that the import created, except those that were edited since. */
export async function deleteCreatedBugs(
  tx: Db,
  log: ImportLog,
): Promise<{ deleted: number; edited: string[] }> {
  const created = await tx.$queryRaw<{ id: string }[]>`
    SELECT b.id::text FROM bugs b WHERE b.import_id = ${log.id}::uuid`
  const bugs = created.map(({ id }) => ({ id, updatedAt: log.timestamp, afterSeq: 0 }))
  const found = await lockBugs(tx, { log, bugs })
  const ids = found.filter(({ edited }) => !edited).map(({ id }) => id)
  await deleteRows(tx, 'bugs', ids)
  return { deleted: ids.length, edited: found.filter(({ edited }) => edited).map(({ name }) => name) }
}

/** Gives bugs that the import changed their former values, and takes its rows out of their history. */
export async function restoreBugs(
  tx: Db,
  { log, actor, images }: RestoreBugs,
): Promise<{ restored: number; edited: string[] }> {
  const recorded = await findRecorded(tx, log)
  const left = [...images].map(([id, { writtenAt, afterSeq }]) => ({
    id,
    updatedAt: new Date(writtenAt),
    afterSeq,
  }))
  const bugs = await lockBugs(tx, { log, bugs: left })
  const untouched = bugs.filter(({ edited }) => !edited).map(({ id }) => id)
  await freeFormerKeys(tx, { ids: untouched, before: recorded })
  for (const some of batchesOf(untouched)) await restoreSome(tx, { ids: some, recorded, images, log, actor })
  const restored = untouched.filter((id) => !images.get(id)?.isUnchanged).length
  return { restored, edited: bugs.filter(({ edited }) => edited).map(({ name }) => name) }
}

/** The values that the import replaced, by the history of bugs that it did not create. */
async function findRecorded(tx: Db, { id }: ImportLog): Promise<Map<string, Record<string, string | null>>> {
  const rows = await tx.$queryRaw<{ bugId: string; field: string; oldValue: string | null }[]>`
    SELECT DISTINCT ON (h.bug_id, h.field_changed)
      h.bug_id::text AS "bugId", h.field_changed AS field, h.old_value AS "oldValue"
    FROM bug_history h
    JOIN bugs b ON b.id = h.bug_id
    WHERE h.import_id = ${id}::uuid AND b.import_id IS DISTINCT FROM ${id}::uuid
    ORDER BY h.bug_id, h.field_changed, h.seq`
  const recorded = new Map<string, Record<string, string | null>>()
  for (const { bugId, field, oldValue } of rows) {
    recorded.set(bugId, { ...recorded.get(bugId), [field]: oldValue })
  }
  return recorded
}

interface RestoreSome extends RestoreBugs {
  ids: readonly string[]
  recorded: Before
}

type BugText = Record<keyof typeof bugTable.columns, string | null>

async function restoreSome(tx: Db, { ids, recorded, images, log, actor }: RestoreSome): Promise<void> {
  const found = await readRows<BugText>(tx, bugTable, { ids, fields: restorable })
  const known = await findKnown(tx, [...recorded.values()])
  const rows = found.map(({ id, row }) => {
    const updatedAt = images.get(id)?.isUnchanged ? row.updatedAt : actor.now
    const before = { ...recorded.get(id), ...images.get(id) } as Record<string, string | null>
    const kept = Object.entries(before).filter(([field]) => !references.includes(field))
    const pointed = references
      .filter((field) => field in before)
      .map((field) => [field, known.has(before[field] ?? '') ? before[field] : null])
    return { ...row, ...Object.fromEntries([...kept, ...pointed]), updatedAt, id } as BugText & {
      id: string
    }
  })
  await updateRows(tx, bugTable, { rows, fields: restorable })
  await tx.$executeRaw`
    DELETE FROM bug_history WHERE import_id = ${log.id}::uuid AND bug_id = ANY(${[...ids]}::uuid[])`
  const redated = ids.flatMap((id) => images.get(id)?.redated ?? [])
  await updateRows(tx, historyTable, { rows: redated, fields: ['changedAt', 'isDoubtful'] })
}

/** The earliest moment of the rows of history whose date the import corrected, before and after; null without any. */
export async function findRedatedSince(
  tx: Db,
  images: ReadonlyMap<string, StoredImage>,
): Promise<Date | null> {
  const redated = [...images.values()].flatMap((image) => image.redated ?? [])
  if (redated.length === 0) return null
  const [row] = await tx.$queryRaw<{ at: Date | null }[]>`
    SELECT min(changed_at) AS at FROM bug_history WHERE id = ANY(${redated.map(({ id }) => id)}::uuid[])`
  const moments = [...redated.map(({ changedAt }) => Date.parse(changedAt)), row?.at?.getTime() ?? Infinity]
  return new Date(Math.min(...moments))
}

/** Fields that name a person or a project. */
const references: readonly string[] = [
  ...fieldsReferringTo(bugTable, 'users'),
  ...fieldsReferringTo(bugTable, 'projects'),
]

const restorable = (Object.keys(bugFields) as (keyof typeof bugFields)[]).filter(
  (field) => bugFields[field].setBy !== 'identity',
)

/** Of the people and projects that were replaced, those that are still there. */
async function findKnown(
  tx: Db,
  values: readonly Readonly<Record<string, string | null>>[],
): Promise<Set<string>> {
  const named = values.flatMap((before) => references.map((field) => before[field] ?? null))
  const ids = [...new Set(named.filter((id) => id !== null))]
  if (ids.length === 0) return new Set()
  const found = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM users WHERE id = ANY(${ids}::uuid[])
    UNION
    SELECT id::text FROM projects WHERE id = ANY(${ids}::uuid[])`
  return new Set(found.map(({ id }) => id))
}
