import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { inUse, lockFailure } from './lock-errors.js'
import {
  firstInFront,
  holderOf,
  releaseClaim,
  removeTicket,
  serverOf,
  sweep,
  take,
  writeTicket,
  type Claim,
  type Server,
} from './lock-files.js'
import { fateOf } from './lock-holder.js'
import type { LockHolder, ProcessInfo } from './lock-holder.js'

export type { Server } from './lock-files.js'
export type { LockHolder, ProcessInfo } from './lock-holder.js'

export interface LockOptions {
  /** What is locked, for messages; absent: the embedded database. */
  what?: string
  /** Path of the lock file; its folder is created if missing. */
  path: string
  owner: ProcessInfo
  /** 0 tries once. */
  timeoutSeconds: number
  now(): Date
  signal?: AbortSignal | undefined
  /** Called once, with the holder or the first waiter, when the lock is not free at once. */
  onWait?: ((holder: LockHolder) => void) | undefined
}

/** Both are idempotent, do the same, and remove only this lock; the second is for exit handlers. */
export interface Lock {
  release: () => Promise<void>
  releaseSync: () => void
}

/** A claim that waits in the queue. */
interface Waiting extends Claim {
  /** How many times in a row the lock was free while an earlier ticket came first. */
  turnsYielded: number
}

const longestTimerMs = 2 ** 31 - 1
const firstPauseMs = 10
const longestPauseMs = 50
/** About a second: a first waiter that has not taken the lock by then is suspended, and is passed over. */
const mostTurnsYielded = 30

/** Waits in order of arrival. Throws LOCKED after `timeoutSeconds`, NOT_PERMITTED, DISK_FULL, or the signal's reason. */
export async function acquireLock(options: LockOptions): Promise<Lock> {
  const { claim } = await claimed(options, () => null)
  return lockOf(claim)
}

/** The same, but where the holder serves others it returns that holder, without waiting. */
export async function acquireUnlessServed(options: LockOptions): Promise<Lock | Server> {
  const { claim, server } = await claimed(options, serverOf)
  return server ?? lockOf(claim)
}

/** Ends the wait where it returns a holder. */
type Alternative = (claim: Claim) => Server | null

async function claimed(
  options: LockOptions,
  alternative: Alternative,
): Promise<{ claim: Waiting; server: Server | null }> {
  options.signal?.throwIfAborted()
  const claim = newClaim(options)
  try {
    return { claim, server: alternative(claim) ?? (await takeInTurn(claim, options, alternative)) }
  } catch (error) {
    throw lockFailure(error, claim)
  }
}

function lockOf(claim: Claim): Lock {
  const releaseSync = () => {
    releaseClaim(claim)
  }
  return { releaseSync, release: () => Promise.resolve().then(releaseSync) }
}

function newClaim(options: LockOptions): Waiting {
  const { what = 'the embedded database', path, owner } = options
  const { pid, startedAt, host, bootId, pidSpace, command, serves } = owner
  const since = options.now()
  const ticket = `${String(since.getTime()).padStart(15, '0')}-${randomUUID()}`
  const holder: LockHolder = {
    pid,
    startedAt,
    host,
    bootId,
    pidSpace,
    command,
    since: since.toISOString(),
    serves,
  }
  const text = `${JSON.stringify({ ...holder, ticket })}\n`
  return { what, path, queue: `${path}.queue`, ticket, text, owner, turnsYielded: 0 }
}

async function takeInTurn(
  claim: Waiting,
  options: LockOptions,
  alternative: Alternative,
): Promise<Server | null> {
  try {
    writeTicket(claim)
    const server = await untilTaken(claim, options, alternative)
    if (!server) sweep(claim)
    return server
  } finally {
    removeTicket(claim)
  }
}

async function untilTaken(
  claim: Waiting,
  { timeoutSeconds, signal, onWait }: LockOptions,
  alternative: Alternative,
): Promise<Server | null> {
  const deadline = AbortSignal.timeout(Math.min(Math.ceil(timeoutSeconds * 1000), longestTimerMs))
  const end = signal ? AbortSignal.any([signal, deadline]) : deadline
  let pauseMs = firstPauseMs
  for (let blocker = tryInTurn(claim); blocker; blocker = tryInTurn(claim)) {
    const server = alternative(claim)
    if (server) return server
    if (deadline.aborted) throw inUse(claim, blocker, fateOf(blocker, claim.owner))
    if (pauseMs === firstPauseMs) onWait?.(blocker)
    await sleep(pauseMs * (0.5 + Math.random()), undefined, { signal: end }).catch(() => {})
    signal?.throwIfAborted()
    pauseMs = Math.min(pauseMs + 2, longestPauseMs)
  }
  return null
}

/** Null once acquired, else the holder or the first waiter. */
function tryInTurn(claim: Waiting): LockHolder | null {
  const holder = holderOf(claim)
  claim.turnsYielded = holder ? 0 : claim.turnsYielded + 1
  const blocker = holder ?? (claim.turnsYielded < mostTurnsYielded ? firstInFront(claim) : null)
  return blocker ?? take(claim)
}
