import { randomUUID } from 'node:crypto'
import type { FieldTable } from '../../domain/field.js'
import type { AuditedEntity } from '../../domain/kinds.js'
import { latest } from '../../domain/latest.js'
import { required } from '../../errors.js'
import type { Db } from '../../engine/client.js'
import type { Prisma } from '../../engine/generated/client.js'
import { insertRows, insertStatement } from '../../engine/insert-rows.js'

/** The acting user, time and program of a write; the same for all writes of one command. */
export interface Actor {
  /** Null if the user is unknown. */
  userId: string | null
  /** The login of the database, on a server: who acts is what --as claims. */
  dbLogin?: string | undefined
  /** The beginning of the API key with which the command acts. */
  apiKey?: string | undefined
  /** `cto/<version>`. */
  userAgent: string
  /** When the command began, or what `afterLocks` read since. */
  now: Date
  /** Reads the clock again. */
  clock(): Date
}

/**
 * The actor at the present moment. To be called once rows are locked: the command may have waited for one that began later and
 * was stored earlier, and what is written now was not to be seen before.
 */
export function afterLocks(actor: Actor): Actor {
  return { ...actor, now: latest([actor.now, actor.clock()]) }
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
  await insertRows(
    tx,
    'audit_log',
    entries.map((entry) => auditRow(actor, entry)),
  )
}

/** The statement that records one entry, for a connection without Prisma. */
export function auditStatement(actor: Actor, entry: NewAuditEntry): Prisma.Sql {
  return insertStatement('audit_log', [auditRow(actor, entry)])
}

function auditRow({ userId, dbLogin, apiKey, userAgent, now }: Actor, entry: NewAuditEntry): object {
  const details = {
    ...entry.details,
    ...(dbLogin !== undefined && { dbLogin }),
    ...(apiKey !== undefined && { apiKey }),
  }
  return { ...entry, details, id: randomUUID(), userId, userAgent, createdAt: now }
}

/** The login with which the session began, whatever role it has taken since. */
export async function getDatabaseLogin(db: Db): Promise<string> {
  const [row] = await db.$queryRaw<{ login: string }[]>`SELECT session_user::text AS login`
  return required(row, 'a session without a login').login
}

/** The values of a new record that may stand in the audit log: those that are given, without personal ones. */
export function auditedValues(fields: FieldTable, values: object): AuditDetails {
  const entries = Object.entries(values).filter(
    ([field, value]) => fields[field] !== undefined && !fields[field].personal && value !== undefined,
  )
  return Object.fromEntries<Prisma.InputJsonValue>(entries)
}
