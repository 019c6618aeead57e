/** How other processes reach the database while a server holds its lock. */
export interface Serving {
  /** Of the Unix socket. */
  folder: string
  /** Of the cto that serves. */
  version: string
}

/** The process that holds a lock, or waits for it, as recorded in the lock. */
export interface LockHolder {
  pid: number
  /** Distinguishes it from a later process with the same pid; null if it cannot be read. */
  startedAt: string | null
  host: string
  bootId: string | null
  /** The pid namespace: a container or sandbox on the same host has pids of its own. */
  pidSpace: string | null
  command: string
  /** ISO 8601, UTC. */
  since: string
  serves?: Serving | undefined
}

/** This process, and how it inspects others. */
export interface ProcessInfo extends Omit<LockHolder, 'since'> {
  /** True also for a process that this user may not signal (EPERM). */
  alive(pid: number): boolean
  startOf(pid: number): string | null
}

/** Null unless the text names a process. Of another program's lock the rest may be missing. */
export function parseHolder(text: string | null): LockHolder | null {
  try {
    const read = JSON.parse(text ?? 'null') as Partial<LockHolder> | null
    if (!read || !Number.isSafeInteger(read.pid) || typeof read.host !== 'string') return null
    return { ...(read as LockHolder), command: textOr(read.command), since: textOr(read.since) }
  } catch {
    return null
  }
}

function textOr(value: unknown): string {
  return typeof value === 'string' ? value : 'unknown'
}

/** `dead` only when that is certain; `unknown` when this process cannot inspect the other. */
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
