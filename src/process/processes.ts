import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import os from 'node:os'
import type { ProcessInfo } from '../engine/embedded/lock-holder.js'

/** This process, and what it can see of others. */
export function thisProcess(): ProcessInfo {
  return {
    pid: process.pid,
    startedAt: processStart(process.pid),
    host: os.hostname(),
    bootId: bootId(),
    pidSpace: pidSpace(),
    command: ['cto', ...process.argv.slice(2, 4)].join(' '),
    alive: isAlive,
    startOf: processStart,
  }
}

/**
 * When a process began: clock ticks since boot on Linux, a date in UTC elsewhere, null when unknown.
 * A zombie has its pid until its parent looks, which may be never; it holds nothing, so it gets a start
 * of its own that matches no holder.
 */
export function processStart(pid: number): string | null {
  try {
    if (os.platform() !== 'linux') {
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

/** Null where the system does not tell. */
export function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return null
  }
}

/** Of the namespace in which this process sees pids; null where there is none. */
export function pidSpace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
