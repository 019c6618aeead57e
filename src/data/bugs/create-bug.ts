import { randomUUID } from 'node:crypto'
import { isResolved, type BugSeverity, type BugStatus } from '../../domain/bug.js'
import { priority } from '../../domain/priority.js'
import { startClock } from '../../domain/sla.js'
import { recordAudit, type Actor } from '../audit.js'
import type { Db } from '../client.js'

export interface NewBug {
  title: string
  description?: string | null | undefined
  severity: BugSeverity
  status?: BugStatus | undefined
  assignedToId?: string | null | undefined
  createdById?: string | null | undefined
  projectId?: string | null | undefined
  slaHours?: number | undefined
  businessImpact?: string | null | undefined
  revenueImpact?: string | null | undefined
  isBlocker?: boolean | undefined
  /** Pins the score. */
  priority?: number | 'auto' | undefined
  estimatedHours?: string | null | undefined
  actualHours?: string | null | undefined
}

/** Stores a bug with its clock and score, and its audit row. Returns its id. */
export async function createBug(tx: Db, { bug, actor }: { bug: NewBug; actor: Actor }): Promise<string> {
  const { priority: pin, ...columns } = bug
  const { now } = actor
  const id = randomUUID()
  const status = bug.status ?? 'pending'
  const facts = {
    severity: bug.severity,
    revenueImpact: bug.revenueImpact ?? null,
    isBlocker: bug.isBlocker ?? false,
  }
  const data = {
    ...defined(columns),
    id,
    title: bug.title,
    severity: bug.severity,
    status,
    ...startClock({ severity: bug.severity, slaHours: bug.slaHours, status, createdAt: now }),
    priorityScore: typeof pin === 'number' ? pin : priority(facts),
    priorityPinned: typeof pin === 'number',
    createdAt: now,
    updatedAt: now,
    resolvedAt: isResolved(status) ? now : null,
  }
  await tx.bug.create({ data, select: { id: true } })
  const { title, description, businessImpact, ...values } = columns
  await recordAudit(tx, actor, [
    {
      action: 'bug.create',
      entityType: 'bug',
      entityId: id,
      details: { values: { ...defined(values), status } },
    },
  ])
  return id
}

function defined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}
