import type { SyncState } from '../../../data/delivery/sync-state.js'
import type { PartState } from './newest-first.js'

/** How far back a sync of a repository reads. */
export interface Depth {
  /** What last changed before this moment is not read; null: the whole history. */
  from: Date | null
  /** What changed since this moment is read again; null: only what changed since the last sync. */
  again: Date | null
}

/** The part of the state that holds how far back the first sync read. */
export const depthPart = 'since'

/**
 * A first sync reads back to `since`. Later ones begin where the last one ended, whatever `since` is, so that nothing in between
 * is left out; an earlier `since` reads back to it.
 */
export function depthOf(state: SyncState, since: Date | null): Depth {
  if (Object.keys(state).length === 0) return { from: since, again: null }
  const stored = state[depthPart] as { from: string } | undefined
  if (stored === undefined) return { from: null, again: since }
  const from = new Date(stored.from)
  return { from: since !== null && since < from ? since : from, again: since }
}

/** Where a part begins; one that is never read in part begins with its first item. */
export function beginningOf(
  state: PartState | undefined,
  { depth: { from, again }, isReadWhole }: { depth: Depth; isReadWhole: boolean },
): PartState {
  if (state === undefined) return from === null || isReadWhole ? {} : { through: momentOf(from) }
  const { through, pass } = state
  // A first pass over the whole list is on its way down.
  const readsAll = pass !== undefined && through === undefined
  if (again === null || readsAll) return state
  const restarted = { ...state, etag: undefined, pass: undefined }
  return through === undefined || through < momentOf(again)
    ? restarted
    : { ...restarted, through: momentOf(again) }
}

/** As GitHub writes moments. */
function momentOf(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z')
}
