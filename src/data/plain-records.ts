import { randomUUID } from 'node:crypto'
import { fieldsWith } from '../domain/field.js'
import { fieldsOfKind, kinds } from '../domain/kinds.js'
import { NotFoundError } from '../errors.js'
import { lockRows, readRows } from '../engine/change-rows.js'
import type { Db } from '../engine/client.js'
import { Prisma } from '../engine/sql.js'
import { insertRows } from '../engine/insert-rows.js'
import type { List } from '../engine/list.js'
import type { Sortable } from '../engine/sort.js'
import { selectOf, shownFields, sortableColumns, tableOf, type Table } from '../engine/table.js'
import { auditedValues, recordAudit, type Actor, type AuditDetails } from './audit/audit.js'
import type { FoundByName } from './names.js'
import type { ChangeableKind } from './update-records.js'

/** What every plain record has. */
export interface PlainRecord {
  id: string
  createdAt: Date
  updatedAt: Date
}

/** A kind whose records are rows with a name, without a lifecycle: all of them are listed, created and deleted in the same way. */
export interface PlainKind<Row extends PlainRecord> extends ChangeableKind<Row, Partial<Row>> {
  kind: FoundByName
  /** Changes what refers to a record that will be deleted; returns what the audit row adds. */
  release?(tx: Db, id: string, actor: Actor): Promise<AuditDetails>
}

/** All of them, by name. */
export function plainList<Row extends PlainRecord>(kind: PlainKind<Row>): List<Row> {
  const table = tableOfKind(kind)
  return {
    columns: selectOf(table, 't', ['id', ...fieldsBesideId(kind)]),
    from: Prisma.raw(`${table.name} t`),
    where: Prisma.sql`true`,
    sortable: sortable(kind),
    order: [{ field: kinds[kind.kind].nameField, descending: false }],
    id: { sql: Prisma.sql`t.id`, type: Prisma.sql`uuid`, nullable: false },
  }
}

export function plainSortFields<Row extends PlainRecord>(kind: PlainKind<Row>): string[] {
  return Object.keys(sortable(kind))
}

/** @throws NotFoundError where it was deleted meanwhile */
export async function getRecord<Row extends PlainRecord>(
  db: Db,
  kind: PlainKind<Row>,
  id: string,
): Promise<Row> {
  const found = await readRows<Record<string, unknown>>(db, tableOfKind(kind), {
    ids: [id],
    fields: fieldsBesideId(kind),
  })
  return onlyRow(kind, found)
}

/** Stores a record and its audit row. @throws what the rules of the kind throw */
export async function createRecord<Row extends PlainRecord>(
  tx: Db,
  kind: PlainKind<Row>,
  { values, actor }: { values: Partial<Row>; actor: Actor },
): Promise<Row> {
  const id = randomUUID()
  const given = Object.entries(values).filter(([, value]) => value !== undefined)
  const fields = given.map(([field]) => field)
  await kind.requireAllowed?.(tx, { id, values, fields })
  const row = { ...Object.fromEntries(given), id, createdAt: actor.now, updatedAt: actor.now }
  await insertRows(tx, kinds[kind.kind].table, [row])
  const created = await getRecord(tx, kind, id)
  await recordAudit(tx, actor, [
    {
      action: `${kind.kind}.create`,
      entityType: kind.kind,
      entityId: id,
      details: auditedFacts(kind, created),
    },
  ])
  return created
}

/** Deletes a record. @throws NotFoundError */
export async function deleteRecord<Row extends PlainRecord>(
  tx: Db,
  kind: PlainKind<Row>,
  { id, actor }: { id: string; actor: Actor },
): Promise<void> {
  const table = tableOfKind(kind)
  const found = await lockRows<Record<string, unknown>>(tx, table, {
    ids: [id],
    fields: fieldsBesideId(kind),
  })
  const details = { ...auditedFacts(kind, onlyRow(kind, found)), ...(await kind.release?.(tx, id, actor)) }
  await recordAudit(tx, actor, [
    { action: `${kind.kind}.delete`, entityType: kind.kind, entityId: id, details },
  ])
  // Last, so that the row just written loses the acting user too where users delete themselves.
  await tx.$executeRaw`DELETE FROM ${Prisma.raw(table.name)} WHERE id = ${id}::uuid`
}

function onlyRow<Row extends PlainRecord>(
  { kind }: PlainKind<Row>,
  [found]: readonly { id: string; row: object }[],
): Row {
  if (found) return { id: found.id, ...found.row } as Row
  throw new NotFoundError(`the ${kind} was deleted meanwhile`, { hint: `cto ${kinds[kind].plural} list` })
}

/** Those that are printed; the id comes with every row. */
function fieldsBesideId<Row extends PlainRecord>(kind: PlainKind<Row>): string[] {
  return shownFields(tableOfKind(kind), fieldsOfKind(kind.kind)).filter((field) => field !== 'id')
}

/** By JSON field name. */
function sortable<Row extends PlainRecord>(kind: PlainKind<Row>): Record<string, Sortable> {
  return sortableColumns(tableOfKind(kind), 't', fieldsWith(fieldsOfKind(kind.kind), { sortable: true }))
}

/** What users set, without what is personal. */
function auditedFacts<Row extends PlainRecord>({ kind }: PlainKind<Row>, row: Row): AuditDetails {
  const fields = fieldsOfKind(kind)
  const facts = Object.entries(row).filter(([field]) => fields[field]?.setBy === 'user')
  return auditedValues(fields, Object.fromEntries(facts))
}

function tableOfKind<Row extends PlainRecord>({ kind }: PlainKind<Row>): Table {
  return tableOf(kinds[kind].table)
}
