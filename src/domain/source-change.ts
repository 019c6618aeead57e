import { arrayText } from './array-text.js'
import { isResolved } from './bug.js'
import { changeBug, differences, type BugChange, type BugFacts, type FieldChange } from './bug-change.js'
import type { ImportableBugField } from './bug-fields.js'
import {
  correctResolution,
  movesClock,
  type DatedChange,
  type LateResolution,
  type PastChange,
  type Redated,
} from './late-resolution.js'
import type { SlaPolicy } from './sla.js'
import { sourceMoment, type Moment } from './source-moment.js'

/** A bug that another tracker keeps too. */
export interface TrackedBug extends BugFacts {
  createdAt: Date
  externalUrl: string | null
}

/** The tracker's current values; an absent field is unchanged. A resolvedAt of null: the tracker has no date. */
export type SourceChange = { [Field in ImportableBugField]?: TrackedBug[Field] | undefined }

/** The recorded past of the bug, and the time of the source's change. */
export interface SourceContext {
  /**
   * The bug's changes in order of changedAt, seq: all of status, severity and slaHours, of every other field at least the
   * last one.
   */
  past: readonly PastChange[]
  /** The source's updatedAt; null where it gives none. */
  updatedAt: Date | null
  /** The source last changed the bug before the change that an earlier import recorded. */
  isOldFile: boolean
  /** Not before the newest history of the row. */
  now: Date
  slaPolicy: SlaPolicy
}

export interface Followed {
  /** The same object if nothing is different. */
  bug: TrackedBug
  /** In the order in which it happened. */
  history: DatedChange[]
  /** An import's earlier row whose date the source has corrected. */
  redated: Redated | null
}

/**
 * The bug as its tracker now has it, and the history of the change. The lifecycle of the tracker is not checked:
 * every step is taken, at the moment that the tracker gives for it (see `sourceMoment`).
 */
export function followSource(bug: TrackedBug, values: SourceChange, context: SourceContext): Followed {
  const { now, isOldFile, slaPolicy } = context
  const { createdAt, resolvedAt = null, externalUrl = bug.externalUrl } = values
  const begun = createdAt === undefined ? bug : beginAt(bug, createdAt)
  const late = resolvedAt && !isOldFile ? correctResolution(begun, resolvedAt, context) : null
  const past = late ? redate(context.past, late) : context.past
  const steps = stepsOf(begun, values, { ...context, past })

  let followed: TrackedBug = { ...begun, ...late?.bug, externalUrl }
  const history = late?.history ?? []
  for (const { change, ...moment } of steps) {
    const step = changeBug(followed, change, { now: moment.at, force: true, slaPolicy })
    followed = { ...followed, ...step.bug }
    history.push(...step.history.map((each) => dated(each, moment)))
  }
  const own = differences(sourceOnly(bug), sourceOnly(followed))
  history.push(
    ...own.map((each) => dated(each, momentOf(each.fieldChanged, context.updatedAt, begun, context))),
  )
  if (history.length === 0 && late === null) return { bug, history, redated: null }
  // The moment of a step whose date the source does not give is no date of resolution.
  const isUndated = !isResolved(bug.status) && resolvedAt === null
  const after = { ...followed, resolvedAt: isUndated ? null : followed.resolvedAt, updatedAt: now }
  return { bug: after, history, redated: late?.redated ?? null }
}

/** The fields whose values in the tracker differ from the stored ones. */
export function changedFields(bug: TrackedBug, values: SourceChange): string[] {
  const is: Readonly<Record<string, unknown>> = { ...bug }
  const comparable = (value: unknown) =>
    value instanceof Date ? value.getTime() : Array.isArray(value) ? arrayText(value) : value
  return Object.entries(values)
    .filter(([field, value]) => value !== undefined && comparable(value) !== comparable(is[field]))
    .map(([field]) => field)
}

interface Step extends Moment {
  change: BugChange
}

/** What is different, in order of time; what happened at one moment is one change. */
function stepsOf(bug: TrackedBug, values: SourceChange, context: SourceContext): Step[] {
  const { createdAt, resolvedAt, externalUrl, ...changes } = values
  const isResolution = changes.status !== undefined && isResolved(changes.status)
  const steps = new Map<number, Step>()
  for (const field of changedFields(bug, changes) as (keyof typeof changes)[]) {
    const given = (field === 'status' && isResolution ? resolvedAt : null) ?? context.updatedAt
    const { at, isDoubtful } = momentOf(field, given, bug, context)
    const step = steps.get(at.getTime()) ?? { at, isDoubtful: false, change: {} }
    const change = { ...step.change, [field]: changes[field] }
    steps.set(at.getTime(), { at, isDoubtful: step.isDoubtful || isDoubtful, change })
  }
  return [...steps.values()].sort((a, b) => a.at.getTime() - b.at.getTime())
}

function momentOf(
  field: string,
  given: Date | null,
  { createdAt }: TrackedBug,
  { past, isOldFile, now }: SourceContext,
): Moment {
  const last = past.findLast((each) => each.fieldChanged === field || movesClock(each))
  const newest =
    last && last.changedAt >= createdAt
      ? { at: last.changedAt, byPerson: !last.byImport }
      : { at: createdAt, byPerson: false }
  return sourceMoment({ given, isOldFile, newest, now })
}

/** The past as it is after the correction. */
function redate(past: readonly PastChange[], { redated, history }: LateResolution): PastChange[] {
  const moved = past.map((each) => (each.id === redated?.id ? { ...each, ...redated } : each))
  const learnt = history.map((each) => ({ ...each, id: '', seq: Infinity, byImport: true }))
  return [...moved, ...learnt].sort(
    (a, b) => a.changedAt.getTime() - b.changedAt.getTime() || (a.seq < b.seq ? -1 : 1),
  )
}

function dated(change: FieldChange, { at, isDoubtful }: Moment): DatedChange {
  return { ...change, changedAt: at, isDoubtful }
}

/** The recorded fields that no command changes. */
function sourceOnly({ createdAt, externalUrl }: TrackedBug) {
  return { createdAt, externalUrl }
}

/** Another moment of creation, a correction, moves the clock as a whole. */
function beginAt(bug: TrackedBug, createdAt: Date): TrackedBug {
  const laterMs = createdAt.getTime() - bug.createdAt.getTime()
  const { slaStoppedAt, slaDueAt } = bug
  return {
    ...bug,
    createdAt,
    slaDueAt: new Date(slaDueAt.getTime() + laterMs),
    // It never ran.
    slaStoppedAt: slaStoppedAt?.getTime() === bug.createdAt.getTime() ? createdAt : slaStoppedAt,
  }
}
