import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import os from 'node:os'
import type { ProcessInfo } from '../engine/embedded/lock-holder.js'

/** This process, and how it inspects others. */
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
 * When a process started: clock ticks since boot on Linux, a date in UTC elsewhere, null when unknown.
 * A zombie keeps its pid until its parent waits for it, perhaps never; it holds no lock, so its start is a
 * value that matches no holder.
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

/** Null if the system has none. */
export function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return null
  }
}

/** The pid namespace of this process; null if the system has none. */
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
