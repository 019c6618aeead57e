import { hourMs } from '../../../src/domain/duration.js'
import { isOpen, isResolved, type Life, type Severity, type Status } from './life.js'

/*
 * The figures of metrics.md for bugs whose lives are known, computed a second time. Windows are half-open: a window that ends
 * at `to` knows the steps before `to`.
 */

const defaultHours: Record<Severity, number> = { critical: 4, high: 24, medium: 72, low: 720 }

/** A bug as it stood at one moment. */
export interface Standing {
  status: Status
  severity: Severity
  slaHours: number
  slaDueAt: number
  slaStoppedAt: number | null
  slaBreachedAt: number | null
  resolvedAt: number | null
  /** Milliseconds of creation to now in which the bug was deferred or resolved. */
  idleMs: number
}

/** Null where the bug did not exist before `to`. */
export function standingBefore(life: Life, to: number): Standing | null {
  if (life.createdAt >= to) return null
  const hours = defaultHours[life.severity]
  const bug: Standing = {
    status: life.status,
    severity: life.severity,
    slaHours: hours,
    slaDueAt: life.createdAt + hours * hourMs,
    slaStoppedAt: isOpen(life.status) ? null : life.createdAt,
    slaBreachedAt: null,
    resolvedAt: isResolved(life.status) ? life.createdAt : null,
    idleMs: 0,
  }
  let idleSince = isOpen(life.status) ? null : life.createdAt
  for (const { at, ...step } of life.steps) {
    if (at >= to) break
    // A resolved bug keeps its hours, whatever its severity becomes.
    if (step.field === 'severity') {
      const follows = bug.slaHours === defaultHours[bug.severity] && !isResolved(bug.status)
      if (follows) {
        stampBreach(bug, at)
        bug.slaDueAt += (defaultHours[step.to] - bug.slaHours) * hourMs
        bug.slaHours = defaultHours[step.to]
      }
      bug.severity = step.to
      continue
    }
    stampBreach(bug, at)
    if (isOpen(bug.status) && !isOpen(step.to)) {
      bug.slaStoppedAt = at
      idleSince = at
    } else if (!isOpen(bug.status) && isOpen(step.to)) {
      bug.slaDueAt += at - (bug.slaStoppedAt ?? at)
      bug.slaStoppedAt = null
      bug.idleMs += at - (idleSince ?? at)
      idleSince = null
    }
    if (!isResolved(step.to)) bug.resolvedAt = null
    else if (!isResolved(bug.status)) bug.resolvedAt = at
    bug.status = step.to
  }
  if (idleSince !== null) bug.idleMs += to - idleSince
  return bug
}

export interface Window {
  from: number
  to: number
}

export interface MonthModel {
  totalBugs: number
  criticalBugs: number
  highBugs: number
  mediumBugs: number
  lowBugs: number
  bugsCreated: number
  bugsResolved: number
  avgResolutionDays: string | null
}

/** The monthly snapshot's row, of a window that is a month. */
export function monthOf(lives: readonly Life[], window: Window): MonthModel {
  const standing = lives.flatMap((life) => standingBefore(life, window.to) ?? [])
  const open = standing.filter(({ status }) => isOpen(status))
  const of = (severity: Severity) => open.filter((bug) => bug.severity === severity).length
  const hours = resolutionHours(lives, window)
  return {
    totalBugs: open.length,
    criticalBugs: of('critical'),
    highBugs: of('high'),
    mediumBugs: of('medium'),
    lowBugs: of('low'),
    bugsCreated: lives.filter(({ createdAt }) => isIn(createdAt, window)).length,
    bugsResolved: lives.reduce((sum, life) => sum + flowOf(life, window).resolved, 0),
    avgResolutionDays: hours.length === 0 ? null : mean(hours.map((value) => value / 24)).toFixed(2),
  }
}

/** Hours from creation to resolution without idle time, of the bugs resolved in the window and still so at its end. */
export function resolutionHours(lives: readonly Life[], window: Window): number[] {
  return lives.flatMap((life) => {
    const bug = standingBefore(life, window.to)
    const resolvedAt = bug?.resolvedAt ?? null
    if (resolvedAt === null || !isIn(resolvedAt, window)) return []
    // Idle before the resolution only: what the bug was deferred for when it was closed included.
    const atResolution = standingBefore(life, resolvedAt)
    const idle = atResolution?.idleMs ?? 0
    return [(resolvedAt - life.createdAt - idle) / hourMs]
  })
}

/** How often the bug was resolved and reopened in the window. */
export function flowOf(life: Life, window: Window): { resolved: number; reopened: number } {
  let { status } = life
  const flow = { resolved: 0, reopened: 0 }
  if (isResolved(status) && isIn(life.createdAt, window)) flow.resolved++
  for (const step of life.steps) {
    if (step.field !== 'status') continue
    if (isIn(step.at, window)) {
      if (isResolved(step.to) && !isResolved(status)) flow.resolved++
      if (!isResolved(step.to) && isResolved(status)) flow.reopened++
    }
    status = step.to
  }
  return flow
}

/** Met or missed in the window, null where the bug is not counted in it. */
export function verdictIn(life: Life, window: Window): 'met' | 'missed' | null {
  const bug = standingBefore(life, window.to)
  if (!bug) return null
  const read = bug.slaStoppedAt ?? window.to
  const isMissed = bug.slaBreachedAt !== null || read > bug.slaDueAt
  const at = isMissed ? (bug.slaBreachedAt ?? bug.slaDueAt) : bug.resolvedAt
  if (at === null || !isIn(at, window)) return null
  return isMissed ? 'missed' : 'met'
}

export function isIn(time: number, { from, to }: Window): boolean {
  return time >= from && time < to
}

function stampBreach(bug: Standing, at: number): void {
  if (bug.slaBreachedAt === null && (bug.slaStoppedAt ?? at) > bug.slaDueAt) bug.slaBreachedAt = bug.slaDueAt
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
