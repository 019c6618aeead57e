import * as Type from 'typebox'
import { personRefShape } from './bug.js'
import { Id, Nullable, Time } from './shape.js'

/** Who did what to which entity. */
export const auditEntryShape = Type.Object({
  id: Id,
  createdAt: Time,
  userId: Nullable(Id),
  /** Null if the user was unknown, or was deleted since. */
  user: Nullable(personRefShape),
  /** `bug.update`, `import.csv`, … */
  action: Type.String(),
  entityType: Type.String(),
  entityId: Nullable(Type.String()),
  /** What the entity is called now: number, name or email; null where it is gone or has no name. */
  entity: Nullable(Type.String()),
  /** Ids and values, by action. */
  details: Type.Unknown(),
  ipAddress: Nullable(Type.String()),
  userAgent: Nullable(Type.String()),
})

export type AuditEntry = Type.Static<typeof auditEntryShape>
