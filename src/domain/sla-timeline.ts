import { isOpen, type BugSeverity, type BugStatus } from './bug.js'
import { changeSlaHours, moveClock, startClock, type SlaClock } from './sla.js'

/**
 * A change of a bug that affects its clock; one event for all fields changed at once. Hours that follow a severity are
 * among them.
 */
export interface SlaEvent {
  at: Date
  severity?: BugSeverity | undefined
  slaHours?: number | undefined
  status?: BugStatus | undefined
}

/** The state of a bug at its creation. */
export interface SlaBeginning {
  createdAt: Date
  /** When its clock starts: then, or when it was imported. */
  startsAt: Date
  status: BugStatus
  severity: BugSeverity
  slaHours: number
}

/** A span in which nothing about the clock changed. */
export interface SlaInterval {
  from: Date
  to: Date
  /** What started it. */
  because: 'created' | 'import' | 'change' | 'breach'
  status: BugStatus
  severity: BugSeverity
  slaHours: number
  /** When the hours would be used up, as of then. */
  slaDueAt: Date
  /** Whether the clock ran. */
  isCounted: boolean
  seconds: number
  /** Counted from the creation to the end of the span. */
  totalSeconds: number
}

export interface SlaTimeline {
  intervals: SlaInterval[]
  /** After the last event. */
  clock: SlaClock
  /** The first moment past due; null if there was none up to now. */
  breachedAt: Date | null
}

interface Span extends Omit<SlaInterval, 'seconds' | 'totalSeconds' | 'to'> {
  clock: SlaClock
}

/** The timeline of a clock up to `now`, from the creation and the events in order of time. */
export function slaTimeline(began: SlaBeginning, events: readonly SlaEvent[], now: Date): SlaTimeline {
  const spans = [firstSpan(began)]
  for (const event of withStart(began, events)) {
    const last = spans.at(-1) ?? firstSpan(began)
    const { isCounted, ...span } = nextSpan(last, event)
    spans.push({ ...span, isCounted: isCounted && event.at >= began.startsAt })
  }
  const last = spans.at(-1) ?? firstSpan(began)
  const clock = last.clock
  const overdue = (clock.slaStoppedAt ?? now) > clock.slaDueAt
  const breachedAt = clock.slaBreachedAt ?? (overdue ? clock.slaDueAt : null)
  return { intervals: measured(splitAt(spans, breachedAt), now), clock, breachedAt }
}

/** A clock that starts after the creation starts a span of its own. */
function withStart({ createdAt, startsAt }: SlaBeginning, events: readonly SlaEvent[]): SlaEvent[] {
  if (startsAt <= createdAt) return [...events]
  return [
    ...events.filter(({ at }) => at < startsAt),
    { at: startsAt },
    ...events.filter(({ at }) => at >= startsAt),
  ]
}

function firstSpan({ createdAt, startsAt, status, severity, slaHours }: SlaBeginning): Span {
  const clock = startClock({ severity, slaHours, status, createdAt, startsAt })
  return {
    ...facts(clock),
    from: createdAt,
    because: 'created',
    status,
    severity,
    isCounted: isOpen(status) && startsAt <= createdAt,
    clock,
  }
}

/** In the order in which a change is made: severity, hours, status. */
function nextSpan(last: Span, { at, severity, slaHours, status }: SlaEvent): Span {
  const isStart = severity === undefined && slaHours === undefined && status === undefined
  let { clock } = last
  if (severity !== undefined || slaHours !== undefined) {
    clock = changeSlaHours(clock, { hours: slaHours ?? clock.slaHours, status: last.status, now: at })
  }
  const to = status ?? last.status
  if (to !== last.status) clock = moveClock(clock, { from: last.status, to, now: at })
  return {
    ...facts(clock),
    from: at,
    because: isStart ? 'import' : 'change',
    status: to,
    severity: severity ?? last.severity,
    isCounted: isOpen(to),
    clock,
  }
}

function facts({ slaHours, slaDueAt }: SlaClock): Pick<Span, 'slaHours' | 'slaDueAt'> {
  return { slaHours, slaDueAt }
}

/** Splits the span that contains the breach. */
function splitAt(spans: readonly Span[], breachedAt: Date | null): Span[] {
  if (breachedAt === null) return [...spans]
  const next = spans.findIndex(({ from }) => from > breachedAt)
  const at = next < 0 ? spans.length : next
  const before = spans[at - 1]
  if (!before) return [...spans]
  return [...spans.slice(0, at), { ...before, from: breachedAt, because: 'breach' }, ...spans.slice(at)]
}

function measured(spans: readonly Span[], now: Date): SlaInterval[] {
  let totalMs = 0
  return spans.map(({ clock: _, ...span }, i) => {
    const to = spans[i + 1]?.from ?? now
    const ms = to.getTime() - span.from.getTime()
    if (span.isCounted) totalMs += ms
    return { ...span, to, seconds: ms / 1000, totalSeconds: totalMs / 1000 }
  })
}
