import { bugFields } from '../../domain/bug-fields.js'
import { newBugFacts, type NewBug } from '../../domain/new-bug.js'
import { auditedValues, recordAudit, type Actor } from '../audit/audit.js'
import type { Db } from '../../engine/client.js'
import { getSlaPolicy } from '../settings/sla-policy.js'
import { insertRows } from '../../engine/insert-rows.js'
import { requireActive } from '../users/require-active.js'
import { newBugId } from './new-bug-id.js'
import { nextBugNumbers, numbered } from './trial-numbers.js'

export type { NewBug }

interface CreateBugs {
  bugs: readonly NewBug[]
  actor: Actor
  /** The transaction will be rolled back: no numbers are used up. */
  dryRun?: boolean | undefined
}

/**
 * Stores bugs with their clocks and scores, and their audit rows, in two statements. Their numbers are in the order of the list,
 * and so are the ids that it returns.
 */
export async function createBugs(tx: Db, { bugs, actor, dryRun = false }: CreateBugs): Promise<string[]> {
  await requireActive(
    tx,
    bugs.map(({ assignedToId }) => assignedToId),
  )
  const policy = await getSlaPolicy(tx)
  const created = bugs.map((bug) => ({
    bug,
    id: newBugId(actor.now),
    facts: newBugFacts(bug, actor.now, policy),
  }))
  const rows = created.map(({ id, facts }) => ({ id, ...facts, createdAt: actor.now }))
  await insertRows(tx, 'bugs', numbered(rows, dryRun ? await nextBugNumbers(tx) : null))
  await recordAudit(
    tx,
    actor,
    created.map(({ bug, id, facts: { status } }) => ({
      action: 'bug.create',
      entityType: 'bug',
      entityId: id,
      details: { values: { ...auditedValues(bugFields, bug), status } },
    })),
  )
  return created.map(({ id }) => id)
}
