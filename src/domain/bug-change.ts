import { CtoError } from '../errors.js'
import { arrayText } from './array-text.js'
import { changeLinks, type LinkChange } from './bug-links.js'
import { isResolved, type BugSeverity, type BugStatus } from './bug.js'
import { bugFields, recordedBugFields, type RecordedBugField, type UserBugField } from './bug-fields.js'
import { isRecorded } from './field.js'
import { labelSet } from './label-set.js'
import { requireStep } from './lifecycle.js'
import { addDecimals } from './money.js'
import { priority } from './priority.js'
import { changeSeverityClock, changeSlaHours, moveClock, type SlaClock, type SlaPolicy } from './sla.js'

/** Everything about a bug that can change. Money and hours are decimal strings with two digits. */
export interface BugFacts extends SlaClock {
  title: string
  description: string | null
  severity: BugSeverity
  status: BugStatus
  assignedToId: string | null
  createdById: string | null
  projectId: string | null
  businessImpact: string | null
  revenueImpact: string | null
  isBlocker: boolean
  priorityScore: number
  priorityPinned: boolean
  estimatedHours: string | null
  actualHours: string | null
  labels: readonly string[]
  duplicateOfId: string | null
  /** JSON: an array of BugLink. */
  links: string
  updatedAt: Date
  resolvedAt: Date | null
}

/** The fields that users set; an absent field is not changed. Money and hours are decimal strings. */
export type BugFields = { [Field in UserBugField]?: BugFacts[Field] | undefined } & {
  /** A number pins it; `auto` goes back to the formula. */
  priority?: number | 'auto' | undefined
}

/** A requested change of a bug; absent fields are not changed. */
export interface BugChange extends BugFields, LinkChange {
  /** Hours of work to add to actualHours. */
  addHours?: string | undefined
  /** Labels that are added to those it has, and those that are removed. */
  addLabels?: readonly string[] | undefined
  removeLabels?: readonly string[] | undefined
  /** The new assignee if the bug is unassigned. */
  assignIfUnassigned?: string | null | undefined
}

/** One row of a bug's history. Values are text; people and projects are ids. */
export interface FieldChange {
  fieldChanged: RecordedBugField
  oldValue: string | null
  newValue: string | null
}

interface ChangeOptions {
  now: Date
  /** Allow steps outside the lifecycle. */
  force?: boolean | undefined
  /** Hours by severity; default: the built-in ones. */
  slaPolicy?: SlaPolicy | undefined
}

/**
 * The bug after the change, and its history. If no recorded and no derived field differs, returns the same object.
 *
 * @throws CtoError ILLEGAL_STEP
 */
export function changeBug(
  bug: BugFacts,
  change: BugChange,
  { now, force, slaPolicy }: ChangeOptions,
): { bug: BugFacts; history: FieldChange[] } {
  let next: BugFacts = { ...bug, ...plainFields(bug, change) }
  if (change.severity !== undefined && change.severity !== bug.severity) {
    const step = { from: bug.severity, to: change.severity, status: bug.status, now }
    // Hours in the same change replace those of the severity, which never applied, so these cannot cause a breach.
    const clock =
      change.slaHours === undefined
        ? changeSeverityClock(clockOf(next), step, slaPolicy)
        : changeSlaHours(clockOf(next), { ...step, hours: next.slaHours })
    next = { ...next, ...clock, severity: change.severity }
  }
  if (change.slaHours !== undefined && change.slaHours !== next.slaHours) {
    if (isResolved(bug.status)) {
      throw new CtoError('INVALID_VALUE', 'the SLA of a resolved bug cannot change', {
        hint: 'reopen it first',
      })
    }
    next = { ...next, ...changeSlaHours(clockOf(next), { hours: change.slaHours, status: bug.status, now }) }
  }
  if (change.status !== undefined && change.status !== bug.status) {
    if (force !== true) requireStep(bug.status, change.status)
    next = enter(next, change.status, now)
  }
  next = { ...next, ...scored(next, change.priority) }
  const history = differences(bug, next)
  return history.length === 0 && sameDerived(bug, next)
    ? { bug, history }
    : { bug: { ...next, updatedAt: now }, history }
}

/** The changes of recorded fields, as history stores them. Fields that both lack are equal. */
export function differences(before: RecordedValues, after: RecordedValues): FieldChange[] {
  return recordedBugFields.flatMap((field) => {
    if (!isRecorded(bugFields[field], before, after)) return []
    const [oldValue, newValue] = [asText(before[field]), asText(after[field])]
    return oldValue === newValue ? [] : [{ fieldChanged: field, oldValue, newValue }]
  })
}

type RecordedValues = Readonly<Partial<Record<RecordedBugField, RecordedValue>>>

type RecordedValue = string | number | boolean | Date | readonly string[] | null

function plainFields(bug: BugFacts, change: BugChange): Partial<BugFacts> {
  const {
    severity,
    status,
    slaHours,
    priority: pin,
    addHours,
    assignIfUnassigned,
    addLabels,
    removeLabels,
    addLink,
    removeLink,
    ...plain
  } = change
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined))
  const fields: Partial<BugFacts> = given
  if (addHours !== undefined) fields.actualHours = addDecimals(bug.actualHours ?? '0.00', addHours)
  if (addLink ?? removeLink) fields.links = changeLinks(bug.links, { addLink, removeLink })
  if (addLabels ?? removeLabels) {
    const kept = [...(fields.labels ?? bug.labels), ...(addLabels ?? [])]
    fields.labels = labelSet(kept.filter((label) => !removeLabels?.includes(label)))
  }
  if (assignIfUnassigned && bug.assignedToId === null) fields.assignedToId ??= assignIfUnassigned
  return fields
}

function enter(bug: BugFacts, to: BugStatus, now: Date): BugFacts {
  const clock = moveClock(clockOf(bug), { from: bug.status, to, now })
  const resolvedAt = !isResolved(to) ? null : isResolved(bug.status) ? bug.resolvedAt : now
  return { ...bug, ...clock, status: to, resolvedAt }
}

function scored(
  bug: BugFacts,
  wanted: BugChange['priority'],
): Pick<BugFacts, 'priorityScore' | 'priorityPinned'> {
  if (typeof wanted === 'number') return { priorityScore: wanted, priorityPinned: true }
  const priorityPinned = wanted === 'auto' ? false : bug.priorityPinned
  return { priorityPinned, priorityScore: priorityPinned ? bug.priorityScore : priority(bug) }
}

/** The fields of a bug that are its SLA clock. */
export function clockOf({ slaHours, slaDueAt, slaStoppedAt, slaBreachedAt }: BugFacts): SlaClock {
  return { slaHours, slaDueAt, slaStoppedAt, slaBreachedAt }
}

function sameDerived(a: BugFacts, b: BugFacts): boolean {
  return (
    a.priorityScore === b.priorityScore &&
    a.slaHours === b.slaHours &&
    a.slaDueAt.getTime() === b.slaDueAt.getTime() &&
    a.resolvedAt?.getTime() === b.resolvedAt?.getTime()
  )
}

function asText(value: RecordedValue | undefined): string | null {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'object' ? arrayText(value) : String(value)
}
