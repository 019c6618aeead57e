import { randomUUID } from 'node:crypto'
import { isResolved, type BugSeverity } from '../../domain/bug.js'
import type { BugFields } from '../../domain/bug-change.js'
import { priority } from '../../domain/priority.js'
import { startClock } from '../../domain/sla.js'
import { recordAudit, type Actor } from '../audit/audit.js'
import type { Db } from '../../engine/client.js'
import type { Prisma } from '../../engine/generated/client.js'
import { insertRows } from '../../engine/insert-rows.js'

export interface NewBug extends BugFields {
  title: string
  severity: BugSeverity
}

/** Stores a bug with its clock and score, and its audit row. Returns its id. */
export async function createBug(tx: Db, { bug, actor }: { bug: NewBug; actor: Actor }): Promise<string> {
  const [id = ''] = await createBugs(tx, { bugs: [bug], actor })
  return id
}

/** The same of any number, in two statements; their numbers are in the order of the list, and so are the ids. */
export async function createBugs(
  tx: Db,
  { bugs, actor }: { bugs: readonly NewBug[]; actor: Actor },
): Promise<string[]> {
  const rows = bugs.map((bug) => rowOf(bug, actor.now))
  await insertRows(tx, 'bugs', rows)
  await recordAudit(
    tx,
    actor,
    rows.map(({ id, status }, i) => ({
      action: 'bug.create',
      entityType: 'bug',
      entityId: id,
      details: { values: { ...auditedValues(bugs[i]), status } },
    })),
  )
  return rows.map(({ id }) => id)
}

/** Every column that people or rules decide; the number is the database's. */
function rowOf(bug: NewBug, now: Date) {
  const status = bug.status ?? 'pending'
  const { severity, slaHours, priority: pin } = bug
  const revenueImpact = bug.revenueImpact ?? null
  const isBlocker = bug.isBlocker ?? false
  return {
    id: randomUUID(),
    title: bug.title,
    description: bug.description ?? null,
    severity,
    status,
    assignedToId: bug.assignedToId ?? null,
    createdById: bug.createdById ?? null,
    projectId: bug.projectId ?? null,
    ...startClock({ severity, slaHours, status, createdAt: now }),
    businessImpact: bug.businessImpact ?? null,
    revenueImpact,
    isBlocker,
    priorityScore: typeof pin === 'number' ? pin : priority({ severity, revenueImpact, isBlocker }),
    priorityPinned: typeof pin === 'number',
    estimatedHours: bug.estimatedHours ?? null,
    actualHours: bug.actualHours ?? null,
    createdAt: now,
    updatedAt: now,
    resolvedAt: isResolved(status) ? now : null,
  }
}

/** What was said, without the texts that people wrote. */
function auditedValues(bug: NewBug | undefined): Prisma.InputJsonObject {
  const { title, description, businessImpact, priority, ...values } = bug ?? {}
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
