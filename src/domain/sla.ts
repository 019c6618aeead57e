import { isOpen, isResolved, type BugSeverity, type BugStatus } from './bug.js'
import { hourMs } from './duration.js'

/** Hours of the SLA by severity, as an organisation has set them. */
export interface SlaPolicy {
  /** Of bugs that are created or get the severity from now on. */
  hours: Readonly<Record<BugSeverity, number>>
  /** Hours that a severity had before: a bug that has them still follows its severity. */
  former: Readonly<Partial<Record<BugSeverity, readonly number[]>>>
}

/** Unless shared settings change it. */
export const defaultSlaPolicy: SlaPolicy = {
  hours: { critical: 4, high: 24, medium: 72, low: 720 },
  former: {},
}

export const slaStates = ['on_track', 'at_risk', 'breached', 'paused', 'met', 'missed'] as const

export type SlaState = (typeof slaStates)[number]

/** When the clock of an imported open bug starts: when its tracker created it, or when it is imported. */
export const slaStarts = ['created', 'import'] as const
export type SlaStart = (typeof slaStarts)[number]

/** Share of the hours after which an open bug is at risk. */
export const atRiskRatio = 0.8

/** The stored fields of the clock. Durations are between instants: daylight saving time has no effect. */
export interface SlaClock {
  slaHours: number
  /** When the hours are used up; every pause postpones it. */
  slaDueAt: Date
  /** When the clock was stopped; null while it runs. */
  slaStoppedAt: Date | null
  /** The first moment past due, once known; never cleared. */
  slaBreachedAt: Date | null
}

export interface NewBugClock {
  severity: BugSeverity
  /** Default: by severity. */
  slaHours?: number | null | undefined
  status: BugStatus
  createdAt: Date
  /** When the clock of an open bug starts, if not at its creation. */
  startsAt?: Date | undefined
  /** When an imported bug was resolved, if its source has the date. */
  resolvedAt?: Date | null | undefined
}

/** The clock of a new bug. If created deferred it never ran; if created resolved it ran until resolvedAt. */
export function startClock(
  { severity, slaHours, status, createdAt, startsAt = createdAt, resolvedAt }: NewBugClock,
  policy: SlaPolicy = defaultSlaPolicy,
): SlaClock {
  const hours = slaHours ?? policy.hours[severity]
  const stoppedAt = isResolved(status) ? (resolvedAt ?? createdAt) : createdAt
  return {
    slaHours: hours,
    slaDueAt: later(isOpen(status) ? startsAt : createdAt, hours * hourMs),
    slaStoppedAt: isOpen(status) ? null : stoppedAt,
    slaBreachedAt: null,
  }
}

/** The clock after a step of the lifecycle at `now`: stopped, restarted, or unchanged. */
export function moveClock(
  clock: SlaClock,
  { from, to, now }: { from: BugStatus; to: BugStatus; now: Date },
): SlaClock {
  const stamped = stampBreach(clock, now)
  if (isOpen(from) && !isOpen(to)) return { ...stamped, slaStoppedAt: now }
  if (isOpen(from) || !isOpen(to)) return stamped
  // The clock of a machine may be set back or be ahead: a pause never moves the due date back.
  const pausedMs = Math.max(0, now.getTime() - (clock.slaStoppedAt ?? now).getTime())
  return { ...stamped, slaDueAt: later(clock.slaDueAt, pausedMs), slaStoppedAt: null }
}

/** The clock with other hours from the same start. A resolved bug keeps its hours until it is reopened. */
export function changeSlaHours(
  clock: SlaClock,
  { hours, status, now }: { hours: number; status: BugStatus; now: Date },
): SlaClock {
  if (isResolved(status)) return clock
  const slaDueAt = later(clock.slaDueAt, (hours - clock.slaHours) * hourMs)
  return { ...stampBreach(clock, now), slaHours: hours, slaDueAt }
}

/** The clock after a change of severity: hours that a user chose stay, default hours follow the severity. */
export function changeSeverityClock(
  clock: SlaClock,
  { from, to, status, now }: { from: BugSeverity; to: BugSeverity; status: BugStatus; now: Date },
  { hours, former }: SlaPolicy = defaultSlaPolicy,
): SlaClock {
  const follows = clock.slaHours === hours[from] || (former[from] ?? []).includes(clock.slaHours)
  const slaHours = follows ? hours[to] : clock.slaHours
  return changeSlaHours(clock, { hours: slaHours, status, now })
}

export interface SlaReading {
  state: SlaState
  /** Active time used ÷ slaHours; above 1 when past due. */
  usedRatio: number
  /** Whole seconds of active time left; negative when past due. */
  remainingSeconds: number
  /** The state of a paused bug when it was deferred; null in any other state. */
  whilePaused: 'on_track' | 'at_risk' | 'breached' | null
}

/** Whether the clock is or was past due; a stopped clock is read at the moment it stopped. */
export function isLate(clock: SlaClock, now: Date): boolean {
  return clock.slaBreachedAt !== null || (clock.slaStoppedAt ?? now) > clock.slaDueAt
}

/** The reading of the clock at `now`. */
export function slaState(clock: SlaClock, { status, now }: { status: BugStatus; now: Date }): SlaReading {
  const remainingMs = clock.slaDueAt.getTime() - (clock.slaStoppedAt ?? now).getTime()
  const usedRatio = 1 - remainingMs / (clock.slaHours * hourMs)
  const breached = isLate(clock, now)
  const running = breached ? 'breached' : usedRatio < atRiskRatio ? 'on_track' : 'at_risk'
  const reading = { usedRatio, remainingSeconds: Math.floor(remainingMs / 1000) }

  if (isResolved(status)) return { state: breached ? 'missed' : 'met', ...reading, whilePaused: null }
  if (isOpen(status)) return { state: running, ...reading, whilePaused: null }
  return { state: 'paused', ...reading, whilePaused: running }
}

/** Records a breach that has already happened before the clock changes: no later change clears it. */
function stampBreach(clock: SlaClock, now: Date): SlaClock {
  const overdue = (clock.slaStoppedAt ?? now) > clock.slaDueAt
  return clock.slaBreachedAt === null && overdue ? { ...clock, slaBreachedAt: clock.slaDueAt } : clock
}

function later(instant: Date, ms: number): Date {
  return new Date(instant.getTime() + ms)
}
