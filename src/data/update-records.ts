import { randomUUID } from 'node:crypto'
import { fieldsWith, isRecorded, type FieldTable } from '../domain/field.js'
import { fieldsOfKind, historyOf, kinds, type NamedKind } from '../domain/kinds.js'
import { latest } from '../domain/latest.js'
import { CtoError, NotFoundError } from '../errors.js'
import { batchesOf, inLockOrder } from '../engine/batches.js'
import { asText, lockRows, updateRows, type ColumnValue } from '../engine/change-rows.js'
import type { Db } from '../engine/client.js'
import { Prisma } from '../engine/sql.js'
import { insertRows } from '../engine/insert-rows.js'
import { tableOf, type Table } from '../engine/table.js'
import { afterLocks, recordAudit, type Actor, type AuditDetails, type NewAuditEntry } from './audit/audit.js'

/** What a change can touch of a record: the fields that users set, and those that follow by rules. */
interface Facts {
  updatedAt: Date
}

/** A kind of record, and how its changes differ from those of other kinds. */
export interface ChangeableKind<Stored extends Facts, Change extends object> {
  kind: NamedKind
  /** The record after the change; the same object where nothing is different. Default: with the values of the change. */
  changed?(before: Stored, change: Change, moment: Moment): Stored
  /** Refuses what rules or other records forbid in these fields of a record. */
  requireAllowed?(
    tx: Db,
    record: { id: string; values: Partial<Stored>; fields: readonly string[] },
  ): Promise<void>
  /** Refuses records that changed after `since`. Default: the error does not name what changed. */
  requireUnchanged?(tx: Db, records: readonly LockedRecord[], since: Date): Promise<void>
}

interface Moment {
  now: Date
  /** Of the record. */
  name: string
}

export interface LockedRecord {
  id: string
  name: string
  updatedAt: Date
}

export interface UpdateRecords<Change> {
  ids: readonly string[]
  change: Change
  actor: Actor
  /** `bug.update`, `bug.ship`, …; default: update. */
  action?: string | undefined
  /** Refuse where a record was changed after this moment. */
  ifUnchangedSince?: Date | undefined
  /** Kept in every history row. */
  note?: string | null | undefined
  /** Added to the audited details. */
  details?: AuditDetails | undefined
}

interface UpdatedRecord<Stored> {
  id: string
  before: Stored
  /** The same object as `before` where the record already had these values: nothing was written. */
  after: Stored
}

/**
 * Changes all of them or none, with history where the kind has it, and an audit row for each. The rows are locked in
 * order of id, so that two commands on the same records wait for each other instead of overwriting or deadlocking. A
 * few statements per batch, however many records.
 *
 * @throws CtoError CONFLICT where one changed since, or what the rules of the kind throw; NotFoundError when one is gone
 */
export async function updateRecords<Stored extends Facts, Change extends object>(
  tx: Db,
  rules: ChangeableKind<Stored, Change>,
  options: UpdateRecords<Change>,
): Promise<UpdatedRecord<Stored>[]> {
  const updated: UpdatedRecord<Stored>[] = []
  for (const ids of batchesOf(inLockOrder(options.ids)))
    updated.push(...(await updateBatch(tx, rules, { ...options, ids })))
  return updated
}

/** The same of one record; false where it already has these values. */
export async function updateRecord<Stored extends Facts, Change extends object>(
  tx: Db,
  rules: ChangeableKind<Stored, Change>,
  { id, ...options }: Omit<UpdateRecords<Change>, 'ids'> & { id: string },
): Promise<boolean> {
  const updated = await updateRecords(tx, rules, { ...options, ids: [id] })
  return updated.some(({ before, after }) => before !== after)
}

async function updateBatch<Stored extends Facts, Change extends object>(
  tx: Db,
  rules: ChangeableKind<Stored, Change>,
  options: UpdateRecords<Change>,
): Promise<UpdatedRecord<Stored>[]> {
  const { change, ifUnchangedSince: since } = options
  const { kind } = rules
  const fields = fieldsOfKind(kind)
  const { requireUnchanged = requireUnchangedPlainly(kind), changed = changedPlainly } = rules
  const records = await lockRecords<Stored>(tx, rules, options.ids)
  const actor = afterLocks(options.actor)
  if (since !== undefined) await requireUnchanged(tx, records, since)
  const newest = await findNewestChanges(tx, kind, options.ids)
  const results = records.map(({ id, name, before }) => {
    // The clock of the machine that wrote the change before may be ahead of this one.
    const now = latest([actor.now, ...(newest.get(id) ?? [])])
    const after = changed(before, change, { now, name })
    return { id, now, before, after, differences: differencesOf(fields, before, after) }
  })
  const different = results.filter(({ before, after }) => before !== after)
  for (const { id, after, differences } of different)
    await rules.requireAllowed?.(tx, { id, values: after, fields: differences.map(({ field }) => field) })
  const rows = different.map(({ id, before, after }) => ({
    ...valuesOf(after),
    id,
    updatedAt: latest([before.updatedAt, after.updatedAt]),
  }))
  await updateRows(tx, tableOfKind(kind), { rows, fields: changeableFields(fields) })
  await recordHistory(tx, rules, { different, options: { ...options, actor } })
  await recordAudit(
    tx,
    actor,
    different.map(({ id, differences }) => auditEntry(rules, { id, differences, options })),
  )
  return results.map(({ id, before, after }) => ({ id, before, after }))
}

interface FoundRecord<Stored> extends LockedRecord {
  before: Stored
}

async function lockRecords<Stored extends Facts>(
  tx: Db,
  { kind }: Pick<ChangeableKind<Stored, never>, 'kind'>,
  ids: readonly string[],
): Promise<FoundRecord<Stored>[]> {
  const { nameField, plural } = kinds[kind]
  const found = await lockRows<Record<string, ColumnValue>>(tx, tableOfKind(kind), {
    ids,
    fields: [...new Set([...changeableFields(fieldsOfKind(kind)), nameField])],
  })
  if (found.length < ids.length) {
    throw new NotFoundError(`${ids.length === 1 ? 'the' : 'a'} ${kind} was deleted meanwhile`, {
      hint: `cto ${plural} list`,
    })
  }
  return found.map(({ id, row }) => {
    const before = row as unknown as Stored
    return { id, name: String(row[nameField]), updatedAt: before.updatedAt, before }
  })
}

function tableOfKind(kind: NamedKind): Table {
  return tableOf(kinds[kind].table)
}

function changeableFields(fields: FieldTable): string[] {
  return [...fieldsWith(fields, { setBy: 'user' }), ...fieldsWith(fields, { setBy: 'rule' })]
}

function requireUnchangedPlainly(kind: NamedKind) {
  return (_tx: Db, records: readonly LockedRecord[], since: Date): Promise<void> => {
    const record = records.find(({ updatedAt }) => updatedAt > since)
    if (record === undefined) return Promise.resolve()
    const { name, updatedAt } = record
    throw new CtoError('CONFLICT', `the ${kind} "${name}" was changed at ${updatedAt.toISOString()}`, {
      reason: `--if-unchanged was ${since.toISOString()}`,
      hint: `cto ${kinds[kind].plural} show "${name}"`,
    })
  }
}

function changedPlainly<Stored extends Facts>(before: Stored, change: object, { now }: Moment): Stored {
  const values = Object.entries(change).filter(([field, value]) =>
    isDifferent(valuesOf(before)[field], value as ColumnValue),
  )
  return values.length === 0 ? before : { ...before, ...Object.fromEntries(values), updatedAt: now }
}

/** By record, the moment of the last change in its history. Asked when the rows are locked, so that none is missed. */
async function findNewestChanges(
  tx: Db,
  kind: NamedKind,
  ids: readonly string[],
): Promise<Map<string, Date[]>> {
  const history = historyOf(kind)
  if (history === null) return new Map()
  const record = Prisma.raw(tableOf(history.table).columns[history.recordField].column)
  const rows = await tx.$queryRaw<{ id: string; at: Date }[]>`
    SELECT ${record}::text AS id, max(changed_at) AS at
    FROM ${Prisma.raw(history.table)}
    WHERE ${record} = ANY(${[...ids]}::uuid[])
    GROUP BY 1`
  return new Map(rows.map(({ id, at }) => [id, [at]]))
}

interface RecordDifference {
  field: string
  was: ColumnValue
  is: ColumnValue
}

/** In the fields that users set or history keeps; the others follow from these. */
function differencesOf(fields: FieldTable, before: object, after: object): RecordDifference[] {
  return Object.entries(fields).flatMap(([field, traits]) => {
    const isKept = traits.setBy === 'user' || isRecorded(traits, valuesOf(before), valuesOf(after))
    const [was, is] = [valuesOf(before)[field], valuesOf(after)[field]]
    return isKept && isDifferent(was, is) ? [{ field, was: was ?? null, is: is ?? null }] : []
  })
}

function valuesOf(record: object): Readonly<Record<string, ColumnValue | undefined>> {
  return record as Record<string, ColumnValue | undefined>
}

function isDifferent(a: ColumnValue | undefined, b: ColumnValue | undefined): boolean {
  return asText(a) !== asText(b)
}

type WriteOptions = Omit<UpdateRecords<never>, 'change'>

interface Written {
  different: readonly { id: string; now: Date; differences: readonly RecordDifference[] }[]
  options: WriteOptions
}

async function recordHistory<Stored extends Facts>(
  tx: Db,
  { kind }: ChangeableKind<Stored, never>,
  { different, options: { actor, note } }: Written,
): Promise<void> {
  const history = historyOf(kind)
  if (history === null) return
  const rows = different.flatMap(({ id, now, differences }) =>
    differences
      .filter(({ field }) => fieldsOfKind(kind)[field]?.recorded)
      .map(({ field, was, is }) => ({
        id: randomUUID(),
        [history.recordField]: id,
        fieldChanged: field,
        oldValue: asText(was),
        newValue: asText(is),
        note: note ?? null,
        changedById: actor.userId,
        changedAt: now,
      })),
  )
  await insertRows(tx, history.table, rows)
}

/** Which fields changed, and the values of those that are not personal: as texts where history has them as texts. */
function auditEntry<Stored extends Facts>(
  { kind }: ChangeableKind<Stored, never>,
  {
    id,
    differences,
    options,
  }: { id: string; differences: readonly RecordDifference[]; options: WriteOptions },
): NewAuditEntry {
  const audited = historyOf(kind) === null ? (value: ColumnValue) => value : asText
  const values = differences.filter(({ field }) => !fieldsOfKind(kind)[field]?.personal)
  return {
    action: options.action ?? `${kind}.update`,
    entityType: kind,
    entityId: id,
    details: {
      fields: differences.map(({ field }) => field),
      changes: Object.fromEntries(values.map(({ field, was, is }) => [field, [audited(was), audited(is)]])),
      ...options.details,
    },
  }
}
