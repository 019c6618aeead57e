import { randomUUID } from 'node:crypto'
import type { BugStatus } from '../../domain/bug.js'
import { changeBug, type BugChange, type BugFacts, type FieldChange } from '../../domain/bug-change.js'
import { personalBugFields } from '../../domain/bug-fields.js'
import { CtoError, NotFoundError } from '../../errors.js'
import { recordAudit, type Actor } from '../audit/audit.js'
import { batchesOf } from '../../engine/batches.js'
import type { Db } from '../../engine/client.js'
import type { Prisma } from '../../engine/generated/client.js'
import { insertRows } from '../../engine/insert-rows.js'
import { updateRows } from '../../engine/change-rows.js'
import { bugTable, factFields, factsOfBug } from './bug-columns.js'
import { requireUnchanged } from './unchanged.js'

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
 * Changes all of them or none. The rows are locked in order of id, so that two commands on the same bugs wait for each
 * other instead of overwriting or deadlocking.
 *
 * @throws CtoError ILLEGAL_STEP or CONFLICT, naming the bug; NotFoundError when one is gone
 */
export async function changeBugs(tx: Db, options: ChangeBugs): Promise<ChangedBug[]> {
  const changed: ChangedBug[] = []
  for (const ids of batchesOf(inLockOrder(options.ids)))
    changed.push(...(await changeSome(tx, { ...options, ids })))
  return changed
}

/** Each once, in the order in which every command locks them. */
export function inLockOrder(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort()
}

/** A few statements, however many bugs. */
async function changeSome(tx: Db, options: ChangeBugs): Promise<ChangedBug[]> {
  const { ids, change, actor, note, force, action } = options
  const rows = await lockBugs(tx, ids)
  if (rows.length < ids.length)
    throw new NotFoundError('a bug was deleted meanwhile', { hint: 'cto bugs list' })
  await requireUnchanged(tx, rows, options.ifUnchangedSince)
  const results = rows.map(({ id, bugNumber, ...before }) => {
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
      changed.map(({ id, history, before, after }) => ({
        action,
        entityType: 'bug',
        entityId: id,
        details: auditDetails([...history, ...hoursChanged(before, after)], force),
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
    SELECT b.id::text, b.bug_number AS "bugNumber", ${factsOfBug}
    FROM bugs b
    WHERE b.id = ANY(${[...ids]}::uuid[])
    ORDER BY b.id
    FOR UPDATE`
}

/** One statement for any number of bugs. */
async function updateBugs(tx: Db, changed: readonly { id: string; after: BugFacts }[]): Promise<void> {
  const rows = changed.map(({ id, after }) => ({ id, ...after }))
  await updateRows(tx, bugTable, { rows, fields: factFields })
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
  await insertRows(tx, 'bug_history', data)
}

/** History leaves out what follows from other fields, as hours do mostly; but they can be chosen too. */
function hoursChanged({ slaHours: before }: BugFacts, { slaHours: after }: BugFacts): AuditedChange[] {
  if (before === after) return []
  return [{ fieldChanged: 'slaHours', oldValue: String(before), newValue: String(after) }]
}

interface AuditedChange extends Omit<FieldChange, 'fieldChanged'> {
  fieldChanged: FieldChange['fieldChanged'] | 'slaHours'
}

/** What changed, without personal values. */
function auditDetails(history: readonly AuditedChange[], force: boolean | undefined): Prisma.InputJsonObject {
  const values = history.filter(({ fieldChanged }) => !personalBugFields.includes(fieldChanged))
  return {
    fields: history.map(({ fieldChanged }) => fieldChanged),
    changes: Object.fromEntries(
      values.map(({ fieldChanged, oldValue, newValue }) => [fieldChanged, [oldValue, newValue]]),
    ),
    ...(force === true && { force: true }),
  }
}

/** The same error, saying which bug it is about. */
function naming<T>(bugNumber: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof CtoError)) throw error
    const { code, message, reason, hint, data } = error
    throw new CtoError(code, `${bugNumber}: ${message}`, { reason, hint, data, cause: error })
  }
}
