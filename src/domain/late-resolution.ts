import { isOpen, isResolved, type BugSeverity, type BugStatus } from './bug.js'
import type { RecordedBugField } from './bug-fields.js'
import { clockOf, type BugFacts, type FieldChange } from './bug-change.js'
import { changeSeverityClock, moveClock, type SlaClock, type SlaPolicy } from './sla.js'

/** A row of a bug's history that an import has to know. */
export interface PastChange extends FieldChange {
  id: string
  /** Orders changes of the same moment. */
  seq: number
  changedAt: Date
  byImport: boolean
  isDoubtful: boolean
}

/** A change that an import learns, with its moment. */
export interface DatedChange extends FieldChange {
  changedAt: Date
  /** Not the date that the source gives. */
  isDoubtful: boolean
}

/** Another date for a row of history. */
export type Redated = Pick<PastChange, 'id' | 'changedAt' | 'isDoubtful'>

export interface LateResolution {
  bug: SlaClock & Pick<BugFacts, 'resolvedAt'>
  /** The row of the resolution where there was none, and hours that followed a severity meanwhile. */
  history: DatedChange[]
  redated: Redated | null
}

type ResolvedBug = BugFacts & { createdAt: Date }

/**
 * A resolved bug whose source gives the date of its resolution late, or another one. The row of the resolution moves there,
 * between the row before it and now, and the clock with it; null where nothing changes: what a person did here keeps its
 * date, and what could not take the source's date once is not moved again.
 */
export function correctResolution(
  bug: ResolvedBug,
  given: Date,
  { past, now, slaPolicy }: { past: readonly PastChange[]; now: Date; slaPolicy: SlaPolicy },
): LateResolution | null {
  if (!isResolved(bug.status)) return null
  const steps = past.filter(({ fieldChanged }) => fieldChanged === 'status')
  const row = steps.findLast(
    ({ oldValue, newValue }) => !isResolvedWord(oldValue) && isResolvedWord(newValue),
  )
  if (row ? !row.byImport : bug.resolvedAt !== null) return null
  const place = row ? past.indexOf(row) : -1
  const floor = past.slice(0, Math.max(place, 0)).findLast(movesClock)?.changedAt ?? bug.createdAt
  const next = row ? steps[steps.indexOf(row) + 1] : steps[0]
  const ceiling = next && next.changedAt < now ? next.changedAt : now
  const at = given < floor ? floor : given > ceiling ? ceiling : given
  const isDoubtful = at.getTime() !== given.getTime()
  if (bug.resolvedAt !== null && (isSame(at, bug.resolvedAt) || (isDoubtful && row?.isDoubtful))) return null

  const from = (row?.oldValue ?? 'pending') as BugStatus
  const later = past.slice(place + 1).filter(({ changedAt }) => changedAt < at)
  const { clock, history } = followSeverity(startAgain(bug, from), { from, later, slaPolicy })
  const stopped = moveClock(clock, { from, to: bug.status, now: at })
  const created = { fieldChanged: 'status', oldValue: from, newValue: next?.oldValue ?? bug.status } as const
  return {
    bug: { ...stopped, resolvedAt: at },
    history: row ? history : [...history, { ...created, changedAt: at, isDoubtful }],
    redated: row ? { id: row.id, changedAt: at, isDoubtful } : null,
  }
}

/** The clock as if the bug had not been resolved: a breach that was recorded at its end is removed. */
function startAgain(bug: BugFacts, from: BugStatus): SlaClock {
  const clock = clockOf(bug)
  if (!isOpen(from)) return clock
  const isStampedNow = isSame(clock.slaDueAt, clock.slaBreachedAt)
  return { ...clock, slaStoppedAt: null, slaBreachedAt: isStampedNow ? null : clock.slaBreachedAt }
}

/** Severities that changed while the bug was, as is known now, unresolved take hours by severity along. */
function followSeverity(
  clock: SlaClock,
  { from, later, slaPolicy }: { from: BugStatus; later: readonly PastChange[]; slaPolicy: SlaPolicy },
): { clock: SlaClock; history: DatedChange[] } {
  const history: DatedChange[] = []
  let followed = clock
  for (const { fieldChanged, oldValue, newValue, changedAt } of later) {
    if (fieldChanged !== 'severity') continue
    const step = { from: oldValue as BugSeverity, to: newValue as BugSeverity, status: from, now: changedAt }
    const before = followed.slaHours
    followed = changeSeverityClock(followed, step, slaPolicy)
    if (followed.slaHours === before) continue
    const values = { oldValue: String(before), newValue: String(followed.slaHours) }
    history.push({ fieldChanged: 'slaHours', ...values, changedAt, isDoubtful: false })
  }
  return { clock: followed, history }
}

/** The fields whose history determines the SLA clock. */
export const clockFields: readonly string[] = ['status', 'severity', 'slaHours'] satisfies RecordedBugField[]

export function movesClock({ fieldChanged }: Pick<FieldChange, 'fieldChanged'>): boolean {
  return clockFields.includes(fieldChanged)
}

function isResolvedWord(word: string | null): boolean {
  return word !== null && isResolved(word as BugStatus)
}

function isSame(a: Date, b: Date | null): boolean {
  return a.getTime() === b?.getTime()
}
