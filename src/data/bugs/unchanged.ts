import type { BugChangeRow } from '../../shapes/bug-change.js'
import { CtoError } from '../../errors.js'
import type { Db } from '../../engine/client.js'
import { findPage } from '../../engine/list.js'
import type { LockedRecord } from '../update-records.js'
import { bugHistoryList, oldestFirst } from './bug-history.js'

/** Maximum number of changes in the message; JSON has all of them. */
const mostShown = 4

/** @throws CtoError CONFLICT for the first bug that changed after `since`, with the change and its author */
export async function requireUnchanged(tx: Db, bugs: readonly LockedRecord[], since: Date): Promise<void> {
  const bug = bugs.find(({ updatedAt }) => updatedAt > since)
  if (!bug) return
  const changes = await changesSince(tx, bug.id, since)
  const shown = changes.slice(0, mostShown).map(wordsOf)
  const more = changes.length > mostShown ? [`${changes.length - mostShown} more`] : []
  throw new CtoError('CONFLICT', `${bug.name} was changed at ${bug.updatedAt.toISOString()}`, {
    reason: [...shown, ...more].join('; ') || `no field that history records, since ${since.toISOString()}`,
    hint: `cto bugs history ${bug.name}`,
    data: { changes },
  })
}

type Change = Pick<
  BugChangeRow,
  'fieldChanged' | 'oldValue' | 'newValue' | 'oldName' | 'newName' | 'changedBy' | 'changedAt'
>

async function changesSince(tx: Db, id: string, since: Date): Promise<Change[]> {
  // The first moment after it: times are stored in whole milliseconds.
  const changed = { from: new Date(since.getTime() + 1), to: null }
  const { data } = await findPage(tx, bugHistoryList({ bugs: [id], changed }, oldestFirst), { limit: 0 })
  return data
    .filter(({ fieldChanged }) => fieldChanged !== 'note')
    .map(({ fieldChanged, oldValue, newValue, oldName, newName, changedBy, changedAt }) => {
      return { fieldChanged, oldValue, newValue, oldName, newName, changedBy, changedAt }
    })
}

function wordsOf({ fieldChanged, oldName, newName, changedBy, changedAt }: Change): string {
  const by = changedBy === null ? '' : ` by ${changedBy.email}`
  return `${fieldChanged} was ${short(oldName)}, is ${short(newName)}${by} at ${changedAt.toISOString()}`
}

function short(value: string | null): string {
  if (value === null) return '—'
  return value.length > 40 ? `${value.slice(0, 39)}…` : value
}
