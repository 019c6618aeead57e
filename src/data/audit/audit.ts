import { randomUUID } from 'node:crypto'
import type { FieldTable } from '../../domain/field.js'
import type { AuditedEntity } from '../../domain/kinds.js'
import type { Db } from '../../engine/client.js'
import type { Prisma } from '../../engine/generated/client.js'
import { insertRows } from '../../engine/insert-rows.js'

/** The acting user, time and program of a write; the same for all writes of one command. */
export interface Actor {
  /** Null if the user is unknown. */
  userId: string | null
  /** `cto/<version>`. */
  userAgent: string
  now: Date
}

/** Ids and values; never a name, an address or free text. */
export type AuditDetails = Prisma.InputJsonObject

export interface NewAuditEntry {
  /** `bug.update`, `import.csv`, … */
  action: string
  entityType: AuditedEntity
  entityId: string | null
  details: AuditDetails
}

/** One row per entity written, in the same transaction. */
export async function recordAudit(tx: Db, actor: Actor, entries: readonly NewAuditEntry[]): Promise<void> {
  const rows = entries.map((entry) => ({
    ...entry,
    id: randomUUID(),
    userId: actor.userId,
    userAgent: actor.userAgent,
    createdAt: actor.now,
  }))
  await insertRows(tx, 'audit_log', rows)
}

/** The values of a new record that may stand in the audit log: those that are given, without personal ones. */
export function auditedValues(fields: FieldTable, values: object): AuditDetails {
  const entries = Object.entries(values).filter(
    ([field, value]) => fields[field] !== undefined && !fields[field].personal && value !== undefined,
  )
  return Object.fromEntries<Prisma.InputJsonValue>(entries)
}
