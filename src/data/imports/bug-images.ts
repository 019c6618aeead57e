import type { FieldChange } from '../../domain/bug-change.js'
import { recordedBugFields } from '../../domain/bug-fields.js'
import type { PastChange, Redated } from '../../domain/late-resolution.js'
import type { Followed, TrackedBug } from '../../domain/source-change.js'
import { factFields } from '../bugs/bug-columns.js'

/** What an undo needs to restore a changed bug: old values of fields without history, and more. */
export interface BugImage extends Partial<BugBefore> {
  /** The last row of its history before the import. */
  afterSeq: number
  /** The updatedAt that the import gave it. */
  writtenAt: Date
  /** The row of an earlier import that was given another date, as it was. */
  redated?: Redated
  /** Only the time of the tracker's last change is different: for a reader, the bug is as it was. */
  isUnchanged?: boolean
}

/** A stored bug, before an import. */
export type BugBefore = TrackedBug & { bugNumber: string; externalUpdatedAt: Date | null }

/** A bug that an import changes. */
export interface FollowedChange extends Followed {
  id: string
  row: BugBefore
  past: readonly PastChange[]
  /** After the change. */
  externalUpdatedAt: Date | null
}

/** Fields that follow from the recorded ones, and are not in the history. */
const derivedFields = [...factFields, 'externalUpdatedAt' as const].filter(
  (field) =>
    field === 'priorityScore' ||
    (field !== 'updatedAt' && !recordedBugFields.some((recorded) => recorded === field)),
)

export function imageOf({ row, bug, past, history, redated, externalUpdatedAt }: FollowedChange): BugImage {
  const after: BugBefore = { ...row, ...bug, externalUpdatedAt }
  const comparable = (value: unknown) => (value instanceof Date ? value.getTime() : value)
  const different = derivedFields.filter((field) => comparable(row[field]) !== comparable(after[field]))
  const moved = redated && past.find(({ id }) => id === redated.id)
  return {
    ...Object.fromEntries(different.map((field) => [field, row[field]])),
    // The row of a resolution that is dated late begins with a status of long ago.
    ...(row.status === bug.status && history.some(isStep) && { status: row.status }),
    afterSeq: past.reduce((last, { seq }) => Math.max(last, seq), 0),
    writtenAt: bug.updatedAt,
    ...(moved && { redated: { id: moved.id, changedAt: moved.changedAt, isDoubtful: moved.isDoubtful } }),
  }
}

function isStep({ fieldChanged }: FieldChange): boolean {
  return fieldChanged === 'status'
}
