import { counted } from '../domain/counted.js'
import { empty, minuteIn, type RecordView } from '../output/field.js'
import type { AuditEntry } from '../shapes/audit.js'
import { fieldLabel } from './field-label.js'
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
      // An entity that is gone, or has no name, as an import, has its type and id; JSON has those in keys of their own.
      flat: ({ entity, entityType, entityId }) =>
        entity ?? (entityId === null ? fieldLabel(entityType) : `${fieldLabel(entityType)} ${entityId}`),
      brief: ({ entity, entityType, entityId }) =>
        entity ??
        (entityId === null ? fieldLabel(entityType) : `${fieldLabel(entityType)} ${entityId.slice(0, 8)}`),
      omit: 4,
    },
    {
      name: 'details',
      header: 'DETAILS',
      text: ({ action, details }, { zone }) => detailsText(details, { action, zone }),
      omit: 0,
      below: true,
    },
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

/** `severity high → low, force`: JSON is for programs, and has every detail. */
function detailsText(details: unknown, { action, zone }: { action: string; zone: string }): string {
  const text = (value: unknown) => valueText(value, zone)
  if (details === null || typeof details !== 'object') return details === null ? empty : text(details)
  const { fields, changes, values, dbLogin: _, ...others } = details as Record<string, unknown>
  // A setting is written as config set takes it.
  const labelOf = (field: string) => (action === 'config.set' ? field : fieldLabel(field))
  const changed = Object.entries((changes ?? {}) as Record<string, unknown>)
  const known = new Set(changed.map(([field]) => field))
  const named = Array.isArray(fields) ? fields.filter((field) => !known.has(String(field))) : []
  const parts = [
    ...changed.map(([field, change]) =>
      Array.isArray(change)
        ? `${labelOf(field)} ${change.map(text).join(' → ')}`
        : partText(field, change, zone),
    ),
    ...named.map((field) => fieldLabel(String(field))),
    ...Object.entries((values ?? {}) as Record<string, unknown>)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => partText(name, value, zone)),
    ...Object.entries(others)
      .map(([name, value]) => [name, withoutZeros(value)] as const)
      .filter(([, value]) => value !== 0)
      .map(([name, value]) => partText(name, value, zone)),
  ]
  return parts.length === 0 ? empty : parts.join(', ')
}

/** What was counted, without the kinds of which there were none; 0 where there were none of any. */
function withoutZeros(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  const entries = Object.entries(value)
  const rest = entries.filter(([, each]) => each !== 0)
  return rest.length === 0 && entries.length > 0 ? 0 : Object.fromEntries(rest)
}

function partText(name: string, value: unknown, zone: string): string {
  // What an import replaced is kept by id, for undo.
  const [, kind] = /^(\w+)Before$/.exec(name) ?? []
  if (kind !== undefined && value !== null && typeof value === 'object')
    return `former values of ${counted(Object.keys(value).length, fieldLabel(kind).replace(/s$/, ''))}`
  const label = fieldLabel(name)
  if (typeof value === 'boolean') return value ? label : `not ${label}`
  return `${label} ${valueText(value, zone)}`
}

function valueText(value: unknown, zone: string): string {
  if (value === null || value === undefined) return empty
  if (typeof value === 'string') return instant.test(value) ? minuteIn(zone, new Date(value)) : value
  if (typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === 'number'))
    return value.join(' → ')
  const parts = Array.isArray(value)
    ? value.map((each) => valueText(each, zone))
    : Object.entries(value).map(([name, each]) => partText(name, each, zone))
  const more = parts.length > mostParts ? `, … ${parts.length} in all` : ''
  return parts.length === 0 ? 'none' : `(${parts.slice(0, mostParts).join(', ')}${more})`
}

const mostParts = 8

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/
