import { minuteMs } from '../duration.js'

/** What one run observed of a group: the condition holds, does not hold, or there is nothing to judge. */
export type Observation = 'holds' | 'clear' | 'noData'

/** What is kept of a group between runs. Groups that are neither held nor fired are not kept. */
export interface GroupState {
  /** Consecutive runs in which the condition held. */
  runs: number
  /** Since when it fires, ISO 8601; null while it has not held often enough. */
  since: string | null
  /** A message reported that it fires; so its end is reported too. */
  reported: boolean
}

/** What is kept of a rule between runs. */
export interface AlertState {
  groups: Readonly<Record<string, GroupState>>
  /** When the last message that it fires was handed on, ISO 8601. */
  reportedAt: string | null
  /** When such a message was last held back. */
  heldBackAt: string | null
}

export interface AlertRun {
  /** By group; a rule without groups has one, `''`. A group that is absent counts as without data. */
  observed: ReadonlyMap<string, Observation>
  now: Date
  /** Consecutive runs in which the condition must hold before it fires. */
  forRuns: number
  /** Between messages while it fires. */
  repeatMinutes: number
  /** Why no message may name the group: it is silenced, or another alert inhibits it. */
  heldBack(group: string): string | null
}

export interface AlertMessage {
  kind: 'firing' | 'resolved'
  /** Those that fire; of `resolved`, those that ended. */
  groups: readonly string[]
  /** Those that a message with `firing` reports as ended too. */
  ended: readonly string[]
  /** Why it is not sent; null: it is. */
  heldBack: string | null
}

export const quietAlert: AlertState = { groups: {}, reportedAt: null, heldBackAt: null }

/**
 * The state after a run, and the one message that follows from it, if any. Fires after `forRuns` runs; repeats after
 * `repeatMinutes`, and at once for a new group; the end of a group is reported once, if its beginning was. What is held back
 * is sent when nothing holds it back any more and it still fires.
 */
export function advance(
  state: AlertState,
  { observed, now, forRuns, repeatMinutes, heldBack }: AlertRun,
): { state: AlertState; messages: readonly AlertMessage[] } {
  const before = new Map(Object.entries(state.groups))
  const groups = new Map<string, GroupState>()
  const ended: string[] = []
  for (const group of [...new Set([...before.keys(), ...observed.keys()])].sort()) {
    const known = before.get(group) ?? { runs: 0, since: null, reported: false }
    const observation = observed.get(group) ?? 'noData'
    if (observation === 'clear') {
      if (known.reported) ended.push(group)
      continue
    }
    const runs = known.runs + (observation === 'holds' ? 1 : 0)
    const since = known.since ?? (runs >= forRuns && observation === 'holds' ? now.toISOString() : null)
    if (runs > 0) groups.set(group, { runs, since, reported: known.reported })
  }

  const firing = [...groups].filter(([, { since }]) => since !== null)
  const free = firing.filter(([group]) => heldBack(group) === null)
  const held = firing.filter(([group]) => heldBack(group) !== null)
  const isDue = (last: string | null) =>
    last === null || now.getTime() - Date.parse(last) >= repeatMinutes * minuteMs
  const reports = free.some(([, { reported }]) => !reported) || (free.length > 0 && isDue(state.reportedAt))
  const isNewlyHeld = held.some(
    ([group, { reported }]) => !reported && (before.get(group)?.since ?? null) === null,
  )
  const holds = isNewlyHeld || (held.length > 0 && isDue(state.heldBackAt))

  const messages: AlertMessage[] = []
  const [endedFree, endedHeld] = [true, false].map((isFree) =>
    ended.filter((group) => (heldBack(group) === null) === isFree),
  ) as [string[], string[]]
  if (reports) {
    for (const [group, entry] of free) groups.set(group, { ...entry, reported: true })
    messages.push({ kind: 'firing', groups: free.map(([group]) => group), ended: endedFree, heldBack: null })
  } else if (endedFree.length > 0) {
    messages.push({ kind: 'resolved', groups: endedFree, ended: [], heldBack: null })
  }
  if (holds) {
    const names = held.map(([group]) => group)
    messages.push({ kind: 'firing', groups: names, ended: [], heldBack: heldBack(names[0] ?? '') })
  }
  if (endedHeld.length > 0)
    messages.push({ kind: 'resolved', groups: endedHeld, ended: [], heldBack: heldBack(endedHeld[0] ?? '') })
  return {
    state: {
      groups: Object.fromEntries(groups),
      reportedAt: reports ? now.toISOString() : firing.length > 0 ? state.reportedAt : null,
      heldBackAt: holds ? now.toISOString() : held.length > 0 ? state.heldBackAt : null,
    },
    messages,
  }
}

/** The groups that fire. */
export function firingGroups({ groups }: AlertState): string[] {
  return Object.keys(groups).filter((group) => (groups[group]?.since ?? null) !== null)
}
