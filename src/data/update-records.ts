import { fieldsWith, type FieldTable } from '../domain/field.js'
import { fieldsOfKind, kinds, type NamedKind } from '../domain/kinds.js'
import { latest } from '../domain/latest.js'
import { CtoError, NotFoundError } from '../errors.js'
import { batchesOf, inLockOrder } from '../engine/batches.js'
import { lockRows, updateRows, type ColumnValue } from '../engine/change-rows.js'
import type { Db } from '../engine/client.js'
import { tableOf, type Table } from '../engine/table.js'
import { afterLocks, recordAudit, type Actor, type AuditDetails } from './audit/audit.js'
import { auditEntry, findNewestChanges, recordHistory } from './change-trail.js'
import { differencesOf, isDifferent, valuesOf } from './record-differences.js'

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
  const { action, details, note = null } = options
  await recordHistory(tx, kind, { different, actor, note })
  const entries = different.map(({ id, differences }) =>
    auditEntry(kind, { id, differences, action, details }),
  )
  await recordAudit(tx, actor, entries)
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
