import { randomUUID } from 'node:crypto'
import { fieldsOfKind, historyOf, type NamedKind } from '../domain/kinds.js'
import { asText, type ColumnValue } from '../engine/change-rows.js'
import type { Db } from '../engine/client.js'
import { insertRows } from '../engine/insert-rows.js'
import { Prisma } from '../engine/sql.js'
import { tableOf } from '../engine/table.js'
import type { Actor, AuditDetails, NewAuditEntry } from './audit/audit.js'
import type { RecordDifference } from './record-differences.js'

/* What a change of records leaves beside them: rows of history, where the kind has it, and of the audit log. */

/** By record, the moment of the last change in its history. Read after the rows are locked, so that none is missed. */
export async function findNewestChanges(
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

interface Recorded {
  different: readonly { id: string; now: Date; differences: readonly RecordDifference[] }[]
  actor: Actor
  note: string | null
}

/** Writes a row of history for each recorded field, if the kind has history. */
export async function recordHistory(
  tx: Db,
  kind: NamedKind,
  { different, actor, note }: Recorded,
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
        note,
        changedById: actor.userId,
        changedAt: now,
      })),
  )
  await insertRows(tx, history.table, rows)
}

interface AuditedChange {
  id: string
  differences: readonly RecordDifference[]
  action: string | undefined
  details: AuditDetails | undefined
}

/** Which fields changed, and the values of those that are not personal: as texts where history has them as texts. */
export function auditEntry(
  kind: NamedKind,
  { id, differences, action, details }: AuditedChange,
): NewAuditEntry {
  const audited = historyOf(kind) === null ? (value: ColumnValue) => value : asText
  const values = differences.filter(({ field }) => !fieldsOfKind(kind)[field]?.personal)
  return {
    action: action ?? `${kind}.update`,
    entityType: kind,
    entityId: id,
    details: {
      fields: differences.map(({ field }) => field),
      changes: Object.fromEntries(values.map(({ field, was, is }) => [field, [audited(was), audited(is)]])),
      ...details,
    },
  }
}
