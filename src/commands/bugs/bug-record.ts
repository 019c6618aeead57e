import { nearest } from '../../domain/nearest.js'
import { isUnseen, unstorablePart } from '../../domain/text.js'
import { CtoError } from '../../errors.js'
import { fieldParsers, type FieldOptions } from './fields.js'

/** Reports a problem in a field of a record. */
export type Complain = (problem: string) => void

/** A bug as people write it, by the field names of JSON; the order is that of the text that an editor is given. */
const readers: Readonly<Record<string, (value: unknown) => FieldOptions>> = {
  title: (value) => ({ title: filled(textOf(value)) }),
  severity: (value) => ({ severity: fieldParsers.severity(textOf(value)) }),
  project: (value) => ({ project: nameOf(value, ['id', 'name']) }),
  assignedTo: (value) => ({ assignee: nameOf(value, ['id', 'email', 'name']) }),
  isBlocker: (value) => ({ blocker: switchOf(value) }),
  revenueImpact: (value) => ({ revenueImpact: nullOr(value, fieldParsers.money) }),
  businessImpact: (value) => ({ businessImpact: nullOr(value) }),
  description: (value) => ({ description: nullOr(value) }),
  labels: (value) => ({ label: textsOf(value) }),
  status: (value) => ({ status: fieldParsers.status(textOf(value)) }),
  createdBy: (value) => ({ creator: nameOf(value, ['id', 'email', 'name']) }),
  slaHours: (value) => ({ slaHours: fieldParsers.slaHours(numberOf(value)) }),
  estimatedHours: (value) => ({ estimatedHours: nullOr(value, fieldParsers.hours) }),
  actualHours: (value) => ({ actualHours: nullOr(value, fieldParsers.hours) }),
  priorityScore: (value) => ({ priority: fieldParsers.priority(numberOf(value)) }),
  projectId: (value) => ({ project: nullOr(value) }),
  assignedToId: (value) => ({ assignee: nullOr(value) }),
  createdById: (value) => ({ creator: nullOr(value) }),
}

const names = Object.keys(readers)

/** The name of the field in JSON, by the name of its flag. */
const named: Readonly<Record<string, string>> = {
  assignee: 'assignedTo',
  creator: 'createdBy',
  blocker: 'isBlocker',
  label: 'labels',
  priority: 'priorityScore',
}

/** Fields that JSON prints and that cannot be set. */
const computed = new Set([
  ...['id', 'bugNumber', 'createdAt', 'updatedAt', 'resolvedAt', 'importId'],
  ...['externalSource', 'externalId', 'externalUid', 'externalAliases', 'externalUrl'],
  ...['duplicateOfId', 'duplicateOf', 'duplicates', 'links'],
  ...['causedByDeployment', 'history'],
  ...['slaDueAt', 'slaStoppedAt', 'slaBreachedAt', 'priorityPinned', 'sla', 'urgency'],
])

/** From untrusted to trusted; reports every problem of the record. */
export function readRecord(record: unknown, complain: Complain): FieldOptions {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) {
    complain('is not an object')
    return {}
  }
  const options: FieldOptions = {}
  for (const [name, value] of Object.entries(record)) {
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined
    if (reader === undefined) complain(unknownField(name))
    else
      Object.assign(
        options,
        attempt(name, () => reader(value), complain),
      )
  }
  return options
}

/** The same record, as it is written. What was not given is not there. */
export function toRecord({
  assignee,
  creator,
  blocker,
  label,
  priority,
  ...same
}: FieldOptions): Record<string, unknown> {
  const written: Record<string, unknown> = {
    ...same,
    assignedTo: assignee,
    createdBy: creator,
    isBlocker: blocker,
    labels: label,
    priorityScore: priority === 'auto' ? undefined : priority,
  }
  return Object.fromEntries(
    names.filter((name) => written[name] !== undefined).map((name) => [name, written[name]]),
  )
}

function unknownField(name: string): string {
  if (computed.has(name)) return `${name} is not for people to set`
  const suggestion = named[name] ?? nearest(name, names)
  return `bugs have no field ${name}${suggestion === null ? '' : `; did you mean ${suggestion}?`}`
}

function attempt(name: string, read: () => FieldOptions, complain: Complain): FieldOptions {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof CtoError)) throw error
    const { message, reason, hint } = error
    const more = reason ?? (hint?.startsWith('valid:') ? hint : undefined)
    complain(`${name}: ${message}${more === undefined ? '' : `; ${more}`}`)
    return {}
  }
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new CtoError('INVALID_VALUE', `${JSON.stringify(value)} is not a text`)
  const part = unstorablePart(value)
  if (part !== null) throw new CtoError('INVALID_VALUE', `has ${part}, which cannot be stored`)
  return value
}

/** `["backend"]`, or the text that CSV has in its place. */
function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textOf) : (nullOr(value)?.split(',') ?? [])
}

function filled(text: string): string {
  if (!isUnseen(text)) return text
  throw new CtoError('INVALID_VALUE', 'must not be empty')
}

/** Numbers may be written as such or, so that no digit is lost, as text. */
function numberOf(value: unknown): string {
  return typeof value === 'number' ? String(value) : textOf(value)
}

function nullOr(value: unknown, parse?: (text: string) => string): string | null {
  if (value === null) return null
  return parse === undefined ? textOf(value) : parse(numberOf(value))
}

function switchOf(value: unknown): boolean {
  if (value === true || value === 'true') return true
  if (value === false || value === 'false') return false
  throw new CtoError('INVALID_VALUE', `${JSON.stringify(value)} is neither true nor false`)
}

/** `"web"`, or the record that JSON prints in its place. */
function nameOf(value: unknown, keys: readonly string[]): string | null {
  if (typeof value !== 'object' || value === null) return nullOr(value)
  const record = value as Record<string, unknown>
  const key = keys.find((each) => typeof record[each] === 'string')
  if (key === undefined) throw new CtoError('INVALID_VALUE', `names none of ${keys.join(', ')}`)
  return textOf(record[key])
}
