/** What a lock says of the process that holds it, or waits for it. */
export interface LockHolder {
  pid: number
  /** Told apart from a later process with the same pid by this; null where it cannot be read. */
  startedAt: string | null
  host: string
  bootId: string | null
  /** The world in which the pid counts: a container or sandbox on the same host has pids of its own. */
  pidSpace: string | null
  command: string
  /** ISO 8601, UTC. */
  since: string
}

/** This process, and its eyes for others. */
export interface ProcessInfo extends Omit<LockHolder, 'since'> {
  /** True also for a process that this user may not signal (EPERM). */
  alive(pid: number): boolean
  startOf(pid: number): string | null
}

/** Null for anything but a whole holder. */
export function parseHolder(text: string | null): LockHolder | null {
  try {
    const read = JSON.parse(text ?? 'null') as Partial<LockHolder> | null
    const whole = Number.isSafeInteger(read?.pid) && typeof read?.host === 'string'
    return whole ? (read as LockHolder) : null
  } catch {
    return null
  }
}

/** `dead` only when that is certain; `unknown` when this process cannot see the other from where it runs. */
export type Fate = 'alive' | 'dead' | 'unknown'

export function fateOf(holder: LockHolder, self: ProcessInfo): Fate {
  if (holder.host !== self.host) return 'unknown'
  if (differ(holder.bootId, self.bootId)) return 'dead'
  if (holder.pidSpace !== self.pidSpace) return 'unknown'
  if (!self.alive(holder.pid)) return 'dead'
  return differ(holder.startedAt, self.startOf(holder.pid)) ? 'dead' : 'alive'
}

function differ(one: string | null | undefined, other: string | null): boolean {
  return Boolean(one) && Boolean(other) && one !== other
}
