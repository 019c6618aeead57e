import { randomUUID } from 'node:crypto'
import type { Actor } from '../audit/audit.js'
import { bugFields } from '../../domain/bug-fields.js'
import { batchesOf } from '../../engine/batches.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/generated/client.js'
import { lockBugs } from './edited-since.js'
import { fieldsReferringTo } from '../../engine/table.js'
import { bugTable } from '../bugs/bug-columns.js'
import { historyTable } from './import-bug-tables.js'
import { readRows, updateRows } from '../../engine/change-rows.js'
import { insertBatch } from './new-rows.js'
import type { ImportLog } from './imports.js'
import { freeFormerKeys } from './undo-identities.js'

/** By bug: fields as they were, in text. */
type Before = ReadonlyMap<string, Readonly<Record<string, string | null>>>

interface RestoreBugs {
  log: ImportLog
  actor: Actor
  /** What history does not hold. */
  images: Before
}

/**
 * Gives bugs that the import changed their former values. That is a change as any other: it has its history, in the
 * name of the import, so that nobody takes it for an edit.
 */
export async function restoreBugs(
  tx: Db,
  { log, actor, images }: RestoreBugs,
): Promise<{ restored: number; edited: string[] }> {
  const recorded = await findRecorded(tx, log)
  const ids = [...new Set([...recorded.keys(), ...images.keys()])]
  const bugs = await lockBugs(tx, { log, ids, isLater: laterThan(log) })
  const untouched = bugs.filter(({ edited }) => !edited).map(({ id }) => id)
  await freeFormerKeys(tx, { ids: untouched, before: recorded })
  for (const some of batchesOf(untouched)) await restoreSome(tx, { ids: some, recorded, images, log, actor })
  return { restored: untouched.length, edited: bugs.filter(({ edited }) => edited).map(({ name }) => name) }
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

/** Of a bug that was there before the import, history may tell of earlier days too. */
function laterThan({ id, timestamp }: ImportLog): Prisma.Sql {
  return Prisma.sql`(h.changed_at > ${timestamp} OR h.seq > (
    SELECT max(own.seq) FROM bug_history own WHERE own.bug_id = b.id AND own.import_id = ${id}::uuid
  ))`
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
    const before = { ...recorded.get(id), ...images.get(id) }
    const kept = Object.entries(before).filter(([field]) => !references.includes(field))
    const pointed = references
      .filter((field) => field in before)
      .map((field) => [field, known.has(before[field] ?? '') ? before[field] : null])
    return { ...row, ...Object.fromEntries([...kept, ...pointed]), updatedAt: actor.now, id } as BugText & {
      id: string
    }
  })
  await updateRows(tx, bugTable, { rows, fields: restorable })
  await insertBatch(tx, historyTable, await reversed(tx, { ids, log, actor }))
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

async function reversed(
  tx: Db,
  { ids, log, actor }: { ids: readonly string[]; log: ImportLog; actor: Actor },
) {
  const rows = await tx.$queryRaw<
    { bugId: string; fieldChanged: string; oldValue: string | null; newValue: string | null }[]
  >`
    SELECT bug_id::text AS "bugId", field_changed AS "fieldChanged", new_value AS "oldValue", old_value AS "newValue"
    FROM bug_history
    WHERE import_id = ${log.id}::uuid AND bug_id = ANY(${[...ids]}::uuid[])
    ORDER BY bug_id, seq`
  return rows.map((row) => ({
    id: randomUUID(),
    ...row,
    changedById: actor.userId,
    changedAt: actor.now,
    importId: log.id,
  }))
}
