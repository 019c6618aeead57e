import type { BugSeverity, BugStatus } from '../../domain/bug.js'
import type { BugFacts } from '../../domain/bug-change.js'
import type { PlainBugField } from '../../domain/bug-fields.js'
import { tableOf } from '../../engine/table.js'

/** The same fields of `PlainBugField` in all bugs of a batch. Decimals are texts. */
export interface NewTrackedBug extends Partial<Pick<BugFacts, PlainBugField>> {
  /** Null: the next one. The same for all bugs of a batch: all are numbered here, or none. */
  bugNumber: string | null
  externalSource: string
  externalId: string
  externalUrl: string | null
  /** The immutable id in the source; null where it has none. */
  externalUid: string | null
  title: string
  description: string | null
  severity: BugSeverity
  status: BugStatus
  assignedToId: string | null
  createdById: string | null
  projectId: string | null
  /** Null: now. */
  createdAt: Date | null
  /** When the tracker last changed it; null if it has no such time. */
  externalUpdatedAt: Date | null
  /** Only where the status is shipped or closed. */
  resolvedAt: Date | null
  isBlocker: boolean
  estimatedHours: string | null
  actualHours: string | null
  labels: readonly string[]
}

export const historyTable = tableOf('bug_history')
