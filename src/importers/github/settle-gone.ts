import { changeTrackedBugs } from '../../data/imports/import-bug-changes.js'
import type { MergeRules } from '../../data/imports/local-edits.js'
import { findTrackedBugs } from '../../data/imports/import-bugs.js'
import { aliasesAfter, type BugIdentity } from '../../domain/bug-identity.js'
import type { GonePolicy } from '../../domain/gone-policy.js'
import type { GoneBug } from '../../shapes/repository-import.js'
import type { LoadContext } from '../load/loading.js'
import { bugImages, moveKeys } from '../load/move-keys.js'
import type { GoneIssue } from './read-gone.js'

interface SettleGone extends LoadContext {
  externalSource: string
  policy: GonePolicy
  merge: MergeRules
}

/**
 * A transferred issue remains the same bug, unless its new issue is stored already. What was deleted stays, or is deferred
 * or closed, as the user has it.
 */
export async function settleGone(context: SettleGone, gone: readonly GoneIssue[]): Promise<GoneBug[]> {
  const settled: GoneBug[] = []
  const left: GoneIssue[] = []
  for (const issue of gone) {
    const { bugNumber, externalId, movedTo } = issue
    const move = movedTo && (await moveOf(context, issue, movedTo))
    if (move) await moveKeys(context, { moves: new Map([[issue.id, move]]) })
    else left.push(issue)
    const outcome = move ? 'renamed' : outcomes[context.policy]
    settled.push({ bugNumber, externalId, movedTo: movedTo?.externalId ?? null, outcome })
  }
  await changeStatus(context, left)
  return settled
}

const outcomes = { keep: 'kept', defer: 'deferred', close: 'closed' } as const satisfies Record<
  GonePolicy,
  GoneBug['outcome']
>

/** Null where another bug is its new self. */
async function moveOf(
  { tx, externalSource }: SettleGone,
  { id, externalId }: GoneIssue,
  movedTo: NonNullable<GoneIssue['movedTo']>,
): Promise<BugIdentity | null> {
  const keys = [movedTo.externalId, externalId]
  const found = await findTrackedBugs(tx, {
    externalSource,
    keys,
    uids: [movedTo.externalUid].flatMap((uid) => uid ?? []),
  })
  const bug = found.find((each) => each.id === id)
  const isStored = found.some(
    (each) =>
      each.id !== id && (each.externalId === movedTo.externalId || each.externalUid === movedTo.externalUid),
  )
  return !bug || isStored ? null : { ...movedTo, externalAliases: aliasesAfter(bug, movedTo.externalId) }
}

/** GitHub does not tell when an issue was deleted, so a closed one has no date of resolution. */
async function changeStatus(
  { tx, importing, effects, policy, merge }: SettleGone,
  gone: readonly GoneIssue[],
) {
  if (policy === 'keep') return
  const values =
    policy === 'defer' ? { status: 'deferred' as const } : { status: 'closed' as const, resolvedAt: null }
  const changes = gone.map(({ id }) => ({ id, values, changedAt: null }))
  const merged = await changeTrackedBugs(tx, { changes, rules: merge }, importing)
  effects.noteEdits(merged)
  for (const { id, before } of merged.changed) effects.images.add(bugImages, id, before)
}
