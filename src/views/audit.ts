import { empty, type RecordView } from '../output/field.js'
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
    { name: 'details', header: 'DETAILS', text: ({ details }) => detailsText(details), omit: 0, below: true },
    {
      name: 'details.dbLogin',
      header: 'LOGIN',
      flat: ({ details }) => (details as { dbLogin?: string } | null)?.dbLogin ?? null,
    },
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

/** `severity high → low, force`: JSON is for programs. */
function detailsText(details: unknown): string {
  if (details === null || typeof details !== 'object') return details === null ? empty : valueText(details)
  const { fields, changes, dbLogin: _, ...others } = details as Record<string, unknown>
  const changed = Object.entries((changes ?? {}) as Record<string, unknown>)
  const known = new Set(changed.map(([field]) => field))
  const named = Array.isArray(fields) ? fields.filter((field) => !known.has(String(field))) : []
  const parts = [
    ...changed.map(([field, change]) =>
      Array.isArray(change)
        ? `${field} ${change.map(valueText).join(' → ')}`
        : `${field} ${valueText(change)}`,
    ),
    ...named.map(String),
    ...Object.entries(others).map(([name, value]) => (value === true ? name : `${name} ${valueText(value)}`)),
  ]
  return parts.length === 0 ? empty : parts.join(', ')
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return empty
  if (typeof value !== 'object') return typeof value === 'string' ? value : JSON.stringify(value)
  const parts = Array.isArray(value)
    ? value.map(valueText)
    : Object.entries(value).map(([name, each]) => `${name} ${valueText(each)}`)
  return parts.length === 0 ? 'none' : `(${parts.join(', ')})`
}
