import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { platform } from 'node:os'

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

/**
 * When a process began: clock ticks since boot on Linux, a date in UTC elsewhere, null when unknown.
 * A zombie has its pid until its parent looks, which may be never; it holds nothing, so it gets a start
 * of its own that matches no holder.
 */
export function processStart(pid: number): string | null {
  try {
    if (platform() !== 'linux') {
      const env = { LC_ALL: 'C', TZ: 'UTC' }
      const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore']
      return (
        execFileSync('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], { env, stdio })
          .toString()
          .trim() || null
      )
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field, the name, may itself contain spaces and brackets; the third follows the last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? 'zombie' : (fields[19] ?? null)
  } catch {
    return null
  }
}

export function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return null
  }
}

export function pidSpace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return null
  }
}

function differ(one: string | null | undefined, other: string | null): boolean {
  return Boolean(one) && Boolean(other) && one !== other
}
