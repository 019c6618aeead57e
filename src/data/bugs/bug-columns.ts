import type { BugFacts } from '../../domain/bug-change.js'
import { Prisma } from '../../engine/generated/client.js'

/** The column of every fact, and the type its texts are cast to. */
export const factColumns = {
  title: ['title', 'text'],
  description: ['description', 'text'],
  severity: ['severity', '"BugSeverity"'],
  status: ['status', '"BugStatus"'],
  assignedToId: ['assigned_to_id', 'uuid'],
  createdById: ['created_by_id', 'uuid'],
  projectId: ['project_id', 'uuid'],
  slaHours: ['sla_hours', 'integer'],
  slaDueAt: ['sla_due_at', 'timestamptz'],
  slaStoppedAt: ['sla_stopped_at', 'timestamptz'],
  slaBreachedAt: ['sla_breached_at', 'timestamptz'],
  businessImpact: ['business_impact', 'text'],
  revenueImpact: ['revenue_impact', 'numeric'],
  isBlocker: ['is_blocker', 'boolean'],
  priorityScore: ['priority_score', 'integer'],
  priorityPinned: ['priority_pinned', 'boolean'],
  estimatedHours: ['estimated_hours', 'numeric'],
  actualHours: ['actual_hours', 'numeric'],
  updatedAt: ['updated_at', 'timestamptz'],
  resolvedAt: ['resolved_at', 'timestamptz'],
} as const satisfies Record<keyof BugFacts, readonly [column: string, type: string]>

/** What JavaScript has no exact type for comes as text, and so do enums and ids. */
const asTheyAre = ['text', 'integer', 'boolean', 'timestamptz']

/** Every fact of `bugs b`, for SELECT. */
export const factsOfBug = Prisma.raw(
  Object.entries(factColumns)
    .map(([fact, [column, type]]) => `b.${column}${asTheyAre.includes(type) ? '' : '::text'} AS "${fact}"`)
    .join(', '),
)
