import type { RecordView } from '../output/field.js'
import type { AuditEntry } from '../shapes/audit.js'
import { personBrief } from './person.js'

/** How a row of the audit log is printed. */
export const auditView: RecordView<AuditEntry> = {
  name: 'audit row',
  plural: 'audit rows',
  shape: 'auditEntry',
  id: ({ id }) => id,
  defaults: ['createdAt', 'user', 'action', 'entity', 'details'],
  fields: [
    { name: 'createdAt', header: 'WHEN' },
    {
      name: 'user',
      header: 'WHO',
      flat: ({ user }) => user?.email ?? null,
      brief: ({ user }) => personBrief(user),
      shrink: 2,
      least: 8,
      omit: 3,
    },
    { name: 'action', header: 'ACTION' },
    {
      name: 'entity',
      header: 'ENTITY',
      text: ({ entity, entityType, entityId }) =>
        entity ?? (entityId === null ? '—' : `${entityType} ${entityId}`),
      brief: ({ entity, entityType, entityId }) =>
        entity ?? (entityId === null ? '—' : `${entityType} ${entityId.slice(0, 8)}`),
      omit: 4,
    },
    { name: 'details', header: 'DETAILS', shrink: 1, omit: 2 },
    { name: 'entityType', header: 'TYPE' },
    { name: 'entityId', header: 'ENTITY ID' },
    { name: 'userId', header: 'USER ID' },
    { name: 'user.id', header: 'USER ID' },
    { name: 'user.email', header: 'WHO', shrink: 2 },
    { name: 'user.name', header: 'NAME', shrink: 2 },
    { name: 'userAgent', header: 'WITH' },
    { name: 'ipAddress', header: 'ADDRESS' },
    { name: 'id', header: 'ID' },
  ],
}
