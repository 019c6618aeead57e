import { isResolved } from './bug.js'
import { changeBug, differences, type BugFacts, type FieldChange } from './bug-change.js'
import type { ImportableBugField } from './bug-fields.js'

/** A bug that another tracker keeps too. */
export interface TrackedBug extends BugFacts {
  createdAt: Date
  externalUrl: string | null
}

/** What the tracker says of it now; an absent field stays as it is. A resolvedAt of null: the tracker has no date. */
export type SourceChange = { [Field in ImportableBugField]?: TrackedBug[Field] | undefined }

/**
 * The bug as its tracker now has it, and the history of the change. The tracker's own lifecycle is not ours to judge,
 * so any step is taken, at the time that the tracker gives for it.
 */
export function followSource(
  bug: TrackedBug,
  said: SourceChange,
  now: Date,
): { bug: TrackedBug; history: FieldChange[] } {
  const { status, createdAt, resolvedAt, externalUrl, ...plain } = said
  const begun = createdAt === undefined ? bug : beginAt(bug, createdAt)
  // The step first: on a bug that was resolved, nothing that became known later moves the clock any more.
  const stepped = { ...begun, ...changeBug(begun, { status }, { now: resolvedAt ?? now, force: true }).bug }
  const changed = { ...stepped, ...changeBug(stepped, plain, { now }).bug }
  const after = {
    ...changed,
    ...resolution(bug, changed, resolvedAt ?? null),
    externalUrl: externalUrl === undefined ? bug.externalUrl : externalUrl,
    updatedAt: now,
  }
  return { bug: after, history: differences(bug, after) }
}

/** The fields in which the tracker says something else than what is there. */
export function newsIn(bug: TrackedBug, said: SourceChange): string[] {
  const is: Readonly<Record<string, unknown>> = { ...bug }
  const comparable = (value: unknown) => (value instanceof Date ? value.getTime() : value)
  return Object.entries(said)
    .filter(([field, value]) => value !== undefined && comparable(value) !== comparable(is[field]))
    .map(([field]) => field)
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
    slaStoppedAt: isSame(slaStoppedAt, bug.createdAt) ? createdAt : slaStoppedAt,
  }
}

/**
 * resolvedAt is the tracker's, or nobody's: the moment of the import says nothing about it. What was known already is
 * kept where the tracker does not say, and a date that comes late, or is corrected, takes the end of the clock along.
 */
function resolution(
  before: TrackedBug,
  after: TrackedBug,
  said: Date | null,
): Pick<TrackedBug, 'resolvedAt' | 'slaStoppedAt'> {
  const { slaStoppedAt } = after
  if (!isResolved(after.status)) return { resolvedAt: null, slaStoppedAt }
  if (!isResolved(before.status)) return { resolvedAt: said, slaStoppedAt }
  if (said === null || isSame(said, before.resolvedAt)) return { resolvedAt: before.resolvedAt, slaStoppedAt }
  const endedByIt = isSame(slaStoppedAt, before.resolvedAt) || isSame(slaStoppedAt, after.createdAt)
  return {
    resolvedAt: said,
    slaStoppedAt: endedByIt || slaStoppedAt === null || said < slaStoppedAt ? said : slaStoppedAt,
  }
}

function isSame(a: Date | null, b: Date | null): boolean {
  return a !== null && a.getTime() === b?.getTime()
}
