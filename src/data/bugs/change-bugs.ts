import type { BugStatus } from '../../domain/bug.js'
import { changeBug, differences, type BugChange, type BugFacts } from '../../domain/bug-change.js'
import type { SlaPolicy } from '../../domain/sla.js'
import { CtoError } from '../../errors.js'
import type { Db } from '../../engine/client.js'
import { afterLocks } from '../audit/audit.js'
import { updateRecords, type ChangeableKind, type UpdateRecords } from '../update-records.js'
import { getSlaPolicy } from '../settings/sla-policy.js'
import { requireActive } from '../users/require-active.js'
import { addMissingNotes } from './bug-notes.js'
import { requireOriginal } from './require-original.js'
import { requireUnchanged } from './unchanged.js'

export interface ChangeBugs extends Omit<UpdateRecords<BugChange>, 'details'> {
  /** Allow steps outside the lifecycle. */
  force?: boolean | undefined
}

export interface ChangedBug {
  id: string
  projectId: string | null
  before: BugStatus
  after: BugStatus
  /** False if the bug already had the values, and nothing of it was written. */
  changed: boolean
  /** The note was added on its own, since the change left no row in the history that holds it. */
  noted: boolean
}

/**
 * Changes all of them or none. The note is kept also where nothing changes.
 *
 * @throws CtoError INVALID_VALUE for an inactive assignee, or an invalid original; ILLEGAL_STEP or CONFLICT, naming the bug; NotFoundError when one
 * is gone
 */
export async function changeBugs(tx: Db, { force = false, ...options }: ChangeBugs): Promise<ChangedBug[]> {
  await requireActive(tx, [options.change.assignedToId, options.change.assignIfUnassigned])
  await requireOriginal(tx, { ids: options.ids, originalId: options.change.duplicateOfId })
  const slaPolicy = options.change.severity === undefined ? undefined : await getSlaPolicy(tx)
  const details = force ? { force } : undefined
  const updated = await updateRecords(tx, changeableBugs({ force, slaPolicy }), { ...options, details })
  const { note, actor } = options
  const silent = updated.filter(({ before, after }) => differences(before, after).length === 0)
  const noted = await addMissingNotes(tx, {
    bugs: silent.map(({ id }) => id),
    note: note ?? '',
    actor: afterLocks(actor),
  })
  return updated.map(({ id, before, after }) => ({
    id,
    projectId: after.projectId,
    before: before.status,
    after: after.status,
    changed: before !== after,
    noted: noted.includes(id),
  }))
}

/** @param rules without a policy no severity changes */
function changeableBugs(rules: {
  force: boolean
  slaPolicy: SlaPolicy | undefined
}): ChangeableKind<BugFacts, BugChange> {
  return {
    kind: 'bug',
    changed: (before, change, { now, name }) =>
      naming(name, () => changeBug(before, change, { ...rules, now }).bug),
    requireUnchanged: (tx, bugs, since) => requireUnchanged(tx, bugs, since),
  }
}

/** Runs work and adds the bug's number to its error. */
function naming<T>(bugNumber: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof CtoError)) throw error
    const { code, message, reason, hint, data } = error
    throw new CtoError(code, `${bugNumber}: ${message}`, { reason, hint, data, cause: error })
  }
}
