import type { PastChange } from '../../domain/late-resolution.js'
import type { SourceChange } from '../../domain/source-change.js'
import type { BugBefore } from './bug-images.js'

/** How to merge fields that users edited here since the last import from the tracker. */
export interface MergeRules {
  /** Keep them. */
  keepLocal: boolean
  /** Skip the bug unless the tracker changed it after the last recorded change, imported or local. */
  newerOnly: boolean
}

/** Fields of a bug that users edited here. */
export interface LocalEdits {
  bugNumber: string
  fields: string[]
}

/** A bug and its fields that users edited here. */
interface Edited {
  bugNumber: string
  fields: ReadonlySet<string>
}

/** The fields whose last change was made here and not by an import; undefined where there is none. */
export function editsIn(past: readonly PastChange[], bugNumber: string): Edited | undefined {
  const last = new Map<string, PastChange>()
  for (const change of past) {
    const known = last.get(change.fieldChanged)
    if (!known || known.seq < change.seq) last.set(change.fieldChanged, change)
  }
  const fields = [...last].flatMap(([field, change]) => (change.byImport ? [] : [field]))
  return fields.length === 0 ? undefined : { bugNumber, fields: new Set(fields) }
}

/** The tracker's values that the merge rules let through. */
export function valuesToWrite(
  values: SourceChange,
  edits: Edited | undefined,
  { keepLocal }: MergeRules,
): SourceChange {
  if (!edits || !keepLocal) return values
  // The date of resolution belongs to the status.
  const isKept = (field: string) => edits.fields.has(field === 'resolvedAt' ? 'status' : field)
  return Object.fromEntries(Object.entries(values).filter(([field]) => !isKept(field)))
}

/**
 * Newer than the tracker's last imported change, and than the bug's own version if a user wrote it. The order of writes, not the
 * dates of history, shows who did: an import dates its changes by the tracker.
 */
export function isNewer(
  changedAt: Date | null,
  { externalUpdatedAt, updatedAt }: BugBefore,
  past: readonly PastChange[],
): boolean {
  const last = past.reduce<PastChange | null>(
    (last, change) => (last && last.seq > change.seq ? last : change),
    null,
  )
  const since = [externalUpdatedAt, last && !last.byImport ? updatedAt : null]
  return since.every((time) => time === null || (changedAt !== null && changedAt > time))
}

/** Notes the edits that the values of the tracker overwrite, and those that stay. */
export function noteEdits(
  merged: { overwritten: LocalEdits[]; kept: LocalEdits[] },
  edits: Edited | undefined,
  { values, taken }: { values: readonly string[]; taken: readonly string[] },
): void {
  if (!edits) return
  const { bugNumber } = edits
  const edited = values.filter((field) => edits.fields.has(field)).sort()
  const overwritten = edited.filter((field) => taken.includes(field))
  const kept = edited.filter((field) => !taken.includes(field))
  if (overwritten.length > 0) merged.overwritten.push({ bugNumber, fields: overwritten })
  if (kept.length > 0) merged.kept.push({ bugNumber, fields: kept })
}

/** By number. */
export function inOrder(edits: readonly LocalEdits[]): LocalEdits[] {
  return edits.toSorted((a, b) => a.bugNumber.localeCompare(b.bugNumber, 'en', { numeric: true }))
}
