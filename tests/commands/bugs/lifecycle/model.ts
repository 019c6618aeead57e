import { hourMs } from '../../../../src/domain/duration.js'

/*
 * A second implementation of domain.md and metrics.md for one bug: the tests compare it with what `cto` has
 * stored. It shares no code with src.
 */

export type Status = 'pending' | 'in_progress' | 'verified' | 'shipped' | 'closed' | 'deferred'
export type Severity = 'critical' | 'high' | 'medium' | 'low'

export interface Model {
  severity: Severity
  status: Status
  assignee: string | null
  revenue: string | null
  blocker: boolean
  /** Null unless pinned. */
  pinned: number | null
  /** In hundredths, or null if none are booked. */
  actualHours: number | null
  slaHours: number
  slaDueAt: number
  slaStoppedAt: number | null
  slaBreachedAt: number | null
  resolvedAt: number | null
  updatedAt: number
  /** Rows that the history must have. */
  history: number
}

const graph: Record<Status, readonly Status[]> = {
  pending: ['in_progress', 'closed', 'deferred'],
  in_progress: ['pending', 'verified', 'closed', 'deferred'],
  verified: ['in_progress', 'shipped', 'closed', 'deferred'],
  shipped: ['closed', 'pending'],
  closed: ['pending'],
  deferred: ['pending', 'in_progress', 'closed'],
}

const defaultHours: Record<Severity, number> = { critical: 4, high: 24, medium: 72, low: 720 }

export function created(severity: Severity, at: number): Model {
  return {
    severity,
    status: 'pending',
    assignee: null,
    revenue: null,
    blocker: false,
    pinned: null,
    actualHours: null,
    slaHours: defaultHours[severity],
    slaDueAt: at + defaultHours[severity] * hourMs,
    slaStoppedAt: null,
    slaBreachedAt: null,
    resolvedAt: null,
    updatedAt: at,
    history: 0,
  }
}

export function isAllowed(from: Status, to: Status): boolean {
  return from === to || graph[from].includes(to)
}

export function isResolved(status: Status): boolean {
  return status === 'shipped' || status === 'closed'
}

function isOpen(status: Status): boolean {
  return !isResolved(status) && status !== 'deferred'
}

/** Before the clock changes, a breach that has happened is recorded for good. */
function stampBreach(model: Model, now: number): void {
  if (model.slaBreachedAt === null && (model.slaStoppedAt ?? now) > model.slaDueAt) {
    model.slaBreachedAt = model.slaDueAt
  }
}

export function step(model: Model, to: Status, now: number): void {
  const from = model.status
  if (from === to) return
  stampBreach(model, now)
  if (isOpen(from) && !isOpen(to)) model.slaStoppedAt = now
  if (!isOpen(from) && isOpen(to)) {
    model.slaDueAt += now - (model.slaStoppedAt ?? now)
    model.slaStoppedAt = null
  }
  if (!isResolved(to)) model.resolvedAt = null
  else if (!isResolved(from)) model.resolvedAt = now
  model.status = to
  changed(model, now)
}

export function setSeverity(model: Model, severity: Severity, now: number): void {
  if (severity === model.severity) return
  const follows = model.slaHours === defaultHours[model.severity]
  if (!isResolved(model.status)) {
    stampBreach(model, now)
    // Hours that follow have a row of their own.
    if (follows) {
      moveHours(model, defaultHours[severity])
      model.history += 1
    }
  }
  model.severity = severity
  changed(model, now)
}

export function setSlaHours(model: Model, hours: number, now: number): void {
  if (hours === model.slaHours) return
  stampBreach(model, now)
  moveHours(model, hours)
  changed(model, now)
}

function moveHours(model: Model, hours: number): void {
  model.slaDueAt += (hours - model.slaHours) * hourMs
  model.slaHours = hours
}

export function setField<Field extends 'assignee' | 'revenue' | 'blocker'>(
  model: Model,
  field: Field,
  value: Model[Field],
  now: number,
): void {
  if (model[field] === value) return
  model[field] = value
  changed(model, now)
}

export function pin(model: Model, priority: number | null, now: number): void {
  const before = priorityOf(model)
  if ((priority === null) !== (model.pinned === null)) model.history += 1
  if (priority !== model.pinned) model.updatedAt = now
  model.pinned = priority
  if (priorityOf(model) !== before) model.history += 1
}

export function book(model: Model, hundredths: number, now: number): void {
  if (hundredths === 0 && model.actualHours !== null) return
  model.actualHours = (model.actualHours ?? 0) + hundredths
  changed(model, now)
}

/** Round half up of 60·severity + 25·revenue + 15·blocker. */
export function priorityOf({ severity, revenue, blocker, pinned }: Model): number {
  if (pinned !== null) return pinned
  const weight = { critical: 1, high: 0.7, medium: 0.4, low: 0.1 }[severity]
  const money = Math.min(1, Math.log(1 + Number(revenue ?? 0) / 100) / Math.log(1 + 1000))
  return Math.round(60 * weight + 25 * money + (blocker ? 15 : 0))
}

function changed(model: Model, now: number): void {
  model.history += 1
  model.updatedAt = now
}
