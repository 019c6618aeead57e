import type { BugSeverity, BugStatus } from '../../domain/bug.js'
import type { TrackedBug } from '../../domain/source-change.js'
import { factColumns } from '../bugs/bug-columns.js'
import type { ImportTable } from './import-table.js'

export interface NewTrackedBug {
  /** Null: the next one. The same for all bugs of a batch: all are numbered here, or none. */
  bugNumber: string | null
  externalSource: string
  externalId: string
  externalUrl: string | null
  title: string
  description: string | null
  severity: BugSeverity
  status: BugStatus
  assignedToId: string | null
  createdById: string | null
  projectId: string | null
  /** Null: now. */
  createdAt: Date | null
  /** When the tracker last changed it; null where it does not say. */
  externalUpdatedAt: Date | null
  /** Only where the status is shipped or closed. */
  resolvedAt: Date | null
  isBlocker: boolean
  estimatedHours: string | null
  actualHours: string | null
  /** The same fields in all bugs of a batch. */
  businessImpact?: string | null | undefined
  /** Decimal(14,2), as text. */
  revenueImpact?: string | null | undefined
}

type BugField = keyof NewTrackedBug | keyof TrackedBug | 'id' | 'importId'

export const bugTable: ImportTable<BugField> = {
  name: 'bugs',
  columns: {
    ...factColumns,
    id: ['id', 'uuid'],
    bugNumber: ['bug_number', 'text'],
    externalSource: ['external_source', 'text'],
    externalId: ['external_id', 'text'],
    externalUrl: ['external_url', 'text'],
    externalUpdatedAt: ['external_updated_at', 'timestamptz'],
    createdAt: ['created_at', 'timestamptz'],
    importId: ['import_id', 'uuid'],
  },
}

export const historyTable: ImportTable<
  'id' | 'bugId' | 'fieldChanged' | 'oldValue' | 'newValue' | 'changedById' | 'changedAt' | 'importId'
> = {
  name: 'bug_history',
  columns: {
    id: ['id', 'uuid'],
    bugId: ['bug_id', 'uuid'],
    fieldChanged: ['field_changed', 'text'],
    oldValue: ['old_value', 'text'],
    newValue: ['new_value', 'text'],
    changedById: ['changed_by_id', 'uuid'],
    changedAt: ['changed_at', 'timestamptz'],
    importId: ['import_id', 'uuid'],
  },
}
