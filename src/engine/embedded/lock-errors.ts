import { dirname } from 'node:path'
import { CtoError } from '../../errors.js'
import type { Fate, LockHolder } from './lock-holder.js'

const diskFull = ['ENOSPC', 'EDQUOT']
const inItsPlace = 'has something else in the place of the lock; remove it'
const noLinks = 'does not allow it, or its file system has no hard links'
const refusals: Record<string, string> = {
  EACCES: 'is not writable by this user',
  EROFS: 'is on a read-only file system',
  EPERM: noLinks,
  ENOTSUP: noLinks,
  EOPNOTSUPP: noLinks,
  ENOSYS: noLinks,
  EISDIR: inItsPlace,
  EEXIST: inItsPlace,
  ENOTDIR: inItsPlace,
  ELOOP: inItsPlace,
}

/** What is locked, and by which file. */
interface Locked {
  what: string
  path: string
}

export function inUse({ what, path }: Locked, holder: LockHolder, fate: Fate): CtoError {
  const { pid, command, host, since } = holder
  const wait = 'wait longer with --lock-timeout 60'
  return new CtoError('LOCKED', `${what} is in use`, {
    reason: `by process ${pid} (${command}) on ${host}, running since ${since}`,
    hint: fate === 'unknown' ? `${wait}; if that machine or container is gone, delete ${path}` : wait,
  })
}

/** Describes what the file system refused; returns any other error unchanged. */
export function lockFailure(error: unknown, { what, path }: Locked): unknown {
  const code = codeOf(error) ?? ''
  const folder = dirname(path)
  if (diskFull.includes(code)) {
    return new CtoError('DISK_FULL', `the disk of ${what} is full`, {
      reason: `${folder} has no room for the lock (${code})`,
      hint: 'free some space, then try again; nothing was stored',
      cause: error,
    })
  }
  const refusal = refusals[code]
  if (!refusal) return error
  return new CtoError('NOT_PERMITTED', `${what} cannot be locked`, {
    reason: `${folder} ${refusal} (${code})`,
    hint: refusal === inItsPlace ? `rm -r ${path} ${path}.queue` : 'name another folder',
    cause: error,
  })
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
