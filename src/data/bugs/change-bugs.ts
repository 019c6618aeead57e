import { randomUUID } from 'node:crypto'
import type { BugStatus } from '../../domain/bug.js'
import { changeBug, type BugChange, type BugFacts, type FieldChange } from '../../domain/bug-change.js'
import { CtoError, NotFoundError } from '../../errors.js'
import { recordAudit, type Actor } from '../audit.js'
import type { Db } from '../client.js'
import { factColumns } from './bug-columns.js'
import { Prisma } from '../generated/client.js'

export interface ChangeBugs {
  ids: readonly string[]
  change: BugChange
  actor: Actor
  /** `bug.update`, `bug.ship`, … */
  action: string
  /** Kept in every history row of the change. */
  note?: string | null | undefined
  /** Steps outside the lifecycle are taken too. */
  force?: boolean | undefined
  /** Refuse where the bug was changed after this moment. */
  ifUnchangedSince?: Date | undefined
}

export interface ChangedBug {
  id: string
  projectId: string | null
  before: BugStatus
  after: BugStatus
  /** False where the bug was already as wanted: nothing was written. */
  changed: boolean
}

/**
 * Changes all of them or none, in three statements however many there are. The rows are locked first, in order of
 * id, so that two commands on the same bugs wait for each other instead of overwriting or deadlocking.
 *
 * @throws CtoError ILLEGAL_STEP or CONFLICT, naming the bug; NotFoundError when one is gone
 */
export async function changeBugs(tx: Db, options: ChangeBugs): Promise<ChangedBug[]> {
  const { ids, change, actor, note, force, action } = options
  const rows = await lockBugs(tx, ids)
  if (rows.length < new Set(ids).size)
    throw new NotFoundError('a bug was deleted meanwhile', { hint: 'cto bugs list' })
  const results = rows.map((row) => {
    const { id, bugNumber, ...before } = row
    requireUnchanged(row, options.ifUnchangedSince)
    const now = later(actor.now, before.updatedAt)
    const { bug: after, history } = naming(bugNumber, () => changeBug(before, change, { now, force }))
    return { id, before, after, history }
  })
  const changed = results.filter(({ before, after }) => before !== after)
  if (changed.length > 0) {
    await updateBugs(tx, changed)
    await recordHistory(tx, { changes: changed, actor, note })
    await recordAudit(
      tx,
      actor,
      changed.map(({ id, history }) => ({
        action,
        entityType: 'bug',
        entityId: id,
        details: auditDetails(history, force),
      })),
    )
  }
  return results.map(({ id, before, after }) => ({
    id,
    projectId: after.projectId,
    before: before.status,
    after: after.status,
    changed: before !== after,
  }))
}

/** Nobody waits longer for a lock; what is further ahead came from a file. */
const longestWaitMs = 3_600_000

/**
 * A command that waited for another's lock began before what it now follows on. Its changes are dated no earlier, or the
 * history would be read in another order than that in which it came about.
 */
function later(now: Date, updatedAt: Date): Date {
  const aheadMs = updatedAt.getTime() - now.getTime()
  return aheadMs > 0 && aheadMs < longestWaitMs ? updatedAt : now
}

interface LockedBug extends BugFacts {
  id: string
  bugNumber: string
}

async function lockBugs(tx: Db, ids: readonly string[]): Promise<LockedBug[]> {
  return tx.$queryRaw<LockedBug[]>`
    SELECT
      id::text, bug_number AS "bugNumber", title, description, severity::text, status::text,
      assigned_to_id::text AS "assignedToId", created_by_id::text AS "createdById", project_id::text AS "projectId",
      sla_hours AS "slaHours", sla_due_at AS "slaDueAt",
      sla_stopped_at AS "slaStoppedAt", sla_breached_at AS "slaBreachedAt",
      business_impact AS "businessImpact", revenue_impact::text AS "revenueImpact", is_blocker AS "isBlocker",
      priority_score AS "priorityScore", priority_pinned AS "priorityPinned",
      estimated_hours::text AS "estimatedHours", actual_hours::text AS "actualHours",
      updated_at AS "updatedAt", resolved_at AS "resolvedAt"
    FROM bugs
    WHERE id = ANY(${[...ids]}::uuid[])
    ORDER BY bugs.id
    FOR UPDATE`
}

const facts = Object.keys(factColumns) as (keyof BugFacts)[]

/** One statement for any number of bugs: an array of texts for each column. */
async function updateBugs(tx: Db, changed: readonly { id: string; after: BugFacts }[]): Promise<void> {
  const assignments = facts.map((fact) => {
    const [column, type] = factColumns[fact]
    return Prisma.raw(`"${column}" = n."${column}"::${type}`)
  })
  const names = Prisma.raw(
    ['id', ...facts.map((fact) => factColumns[fact][0])].map((name) => `"${name}"`).join(', '),
  )
  const arrays = facts.map((fact) => Prisma.sql`${changed.map(({ after }) => asText(after[fact]))}::text[]`)
  await tx.$executeRaw`
    UPDATE bugs b
    SET ${Prisma.join(assignments, ', ')}
    FROM unnest(${changed.map(({ id }) => id)}::text[], ${Prisma.join(arrays, ', ')}) AS n(${names})
    WHERE b.id = n.id::uuid`
}

interface RecordHistory {
  changes: readonly { id: string; after: BugFacts; history: readonly FieldChange[] }[]
  actor: Actor
  note: string | null | undefined
}

async function recordHistory(tx: Db, { changes, actor, note }: RecordHistory): Promise<void> {
  const data = changes.flatMap(({ id, after, history }) =>
    history.map((change) => ({
      ...change,
      id: randomUUID(),
      bugId: id,
      note: note ?? null,
      changedById: actor.userId,
      changedAt: after.updatedAt,
    })),
  )
  if (data.length > 0) await tx.bugHistory.createMany({ data })
}

/** What changed, without the texts that people wrote. */
function auditDetails(history: readonly FieldChange[], force: boolean | undefined): Prisma.InputJsonObject {
  const values = history.filter(
    ({ fieldChanged }) => !['title', 'description', 'businessImpact'].includes(fieldChanged),
  )
  return {
    fields: history.map(({ fieldChanged }) => fieldChanged),
    changes: Object.fromEntries(
      values.map(({ fieldChanged, oldValue, newValue }) => [fieldChanged, [oldValue, newValue]]),
    ),
    ...(force === true && { force: true }),
  }
}

function requireUnchanged({ bugNumber, updatedAt }: LockedBug, since: Date | undefined): void {
  if (since === undefined || updatedAt <= since) return
  throw new CtoError('CONFLICT', `${bugNumber} was changed at ${updatedAt.toISOString()}`, {
    reason: `you asked for no change since ${since.toISOString()}`,
    hint: `cto bugs show ${bugNumber}`,
  })
}

/** The same error, saying which bug it is about. */
function naming<T>(bugNumber: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof CtoError)) throw error
    const { code, message, reason, hint } = error
    throw new CtoError(code, `${bugNumber}: ${message}`, { reason, hint, cause: error })
  }
}

function asText(value: string | number | boolean | Date | null): string | null {
  if (value === null) return null
  return value instanceof Date ? value.toISOString() : String(value)
}
