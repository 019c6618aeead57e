import { createHash, randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, inUse, lockFailure } from './lock-errors.js'
import { fateOf, parseHolder } from './lock-holder.js'
import type { LockHolder, ProcessInfo } from './lock-holder.js'

export type { LockHolder, ProcessInfo } from './lock-holder.js'

/*
 * The lock beside PGlite's data folder: one file, `path`, and a queue folder, `path.queue`.
 *
 * Every waiter writes a ticket into the queue and takes the lock by linking the ticket to `path`. A link
 * appears whole or not at all, and fails if the name is taken, so nobody sees half a lock and one wins.
 * Tickets are unique, so the text of a lock says which taking it was, and no text ever comes back.
 *
 * A dead holder's lock with text T is replaced by whoever holds `guard-T`, itself such a lock: take the guard,
 * see that `path` still says T, rename the guard onto `path`. This cannot remove a living holder's lock:
 * - T is dead and will not release; only the holder of guard-T renames over T. While a living process has that
 *   guard, `path` therefore cannot change between its look and its rename.
 * - Who comes late, judging by an older look, finds another text in `path` and drops its guard.
 * - Who dies with guard-T in hand leaves a dead lock called guard-T, which is taken over in the same way.
 * - A holder sweeps the queue. While it lives, `path` is its own, so every guard is for a text that never comes
 *   back to `path`: without power, whoever has it and however often it is taken.
 * - Tickets only keep order. Losing one costs nothing: its owner writes it again when it needs it.
 * Hence any crash leaves only a dead lock, dead guards and dead tickets, and the next process deals with all three.
 */

export interface LockOptions {
  /** Of the lock file; its folder is created where missing. */
  path: string
  owner: ProcessInfo
  /** 0 tries once. */
  timeoutSeconds: number
  now(): Date
  signal?: AbortSignal | undefined
  /** Called once, with whoever is in the way, when the lock is not to be had at once. */
  onWait?: ((holder: LockHolder) => void) | undefined
}

/** Both are idempotent, do the same, and remove no lock but this one; the second is for exit handlers. */
export interface Lock {
  release: () => Promise<void>
  releaseSync: () => void
}

interface Claim {
  path: string
  queue: string
  ticket: string
  text: string
  owner: ProcessInfo
  /** How often in a row the lock was free, but not this claim's turn. */
  turnsGiven: number
}

const longestTimerMs = 2 ** 31 - 1
const firstPauseMs = 10
const longestPauseMs = 50
/** About a second: who is first in line and does not step up by then is stopped, and holds up no one. */
const mostTurnsGiven = 30

/** Waits in order of arrival. Throws LOCKED after `timeoutSeconds`, NOT_PERMITTED, DISK_FULL, or the signal's reason. */
export async function acquireLock(options: LockOptions): Promise<Lock> {
  options.signal?.throwIfAborted()
  const claim = newClaim(options)
  try {
    await takeInTurn(claim, options)
  } catch (error) {
    throw lockFailure(error, claim.path)
  }
  const releaseSync = () => {
    releaseClaim(claim)
  }
  return { releaseSync, release: () => Promise.resolve().then(releaseSync) }
}

function newClaim(options: LockOptions): Claim {
  const { path, owner } = options
  const { pid, startedAt, host, bootId, pidSpace, command } = owner
  const since = options.now()
  const ticket = `${String(since.getTime()).padStart(15, '0')}-${randomUUID()}`
  const holder: LockHolder = { pid, startedAt, host, bootId, pidSpace, command, since: since.toISOString() }
  const text = `${JSON.stringify({ ...holder, ticket })}\n`
  return { path, queue: `${path}.queue`, ticket, text, owner, turnsGiven: 0 }
}

async function takeInTurn(claim: Claim, options: LockOptions): Promise<void> {
  try {
    writeTicket(claim)
    await untilTaken(claim, options)
    sweep(claim)
  } finally {
    rmSync(join(claim.queue, claim.ticket), { force: true })
  }
}

async function untilTaken(claim: Claim, { timeoutSeconds, signal, onWait }: LockOptions): Promise<void> {
  const deadline = AbortSignal.timeout(Math.min(Math.ceil(timeoutSeconds * 1000), longestTimerMs))
  const end = signal ? AbortSignal.any([signal, deadline]) : deadline
  let pauseMs = firstPauseMs
  for (let blocker = tryInTurn(claim); blocker; blocker = tryInTurn(claim)) {
    if (deadline.aborted) throw inUse(claim.path, blocker, fateOf(blocker, claim.owner))
    if (pauseMs === firstPauseMs) onWait?.(blocker)
    await sleep(pauseMs * (0.5 + Math.random()), undefined, { signal: end }).catch(() => {})
    signal?.throwIfAborted()
    pauseMs = Math.min(pauseMs + 2, longestPauseMs)
  }
}

/** Null when taken, else who is in the way. */
function tryInTurn(claim: Claim): LockHolder | null {
  const holder = holderIn(read(claim.path), claim.owner)
  claim.turnsGiven = holder ? 0 : claim.turnsGiven + 1
  const blocker = holder ?? (claim.turnsGiven < mostTurnsGiven ? firstInFront(claim) : null)
  return blocker ?? take(claim, claim.path)
}

function firstInFront(claim: Claim): LockHolder | null {
  const inFront = queued(claim).filter((name) => name < claim.ticket)
  for (const name of inFront.sort()) {
    const waiter = livingOwner(claim, name)
    if (waiter) return waiter
  }
  return null
}

/** Takes the lock, or a guard. Null when taken, else who has it. */
function take(claim: Claim, file: string): LockHolder | null {
  while (!linkTicket(claim, file)) {
    const text = read(file)
    if (text === null) continue
    // Over NFS a link that was made can be reported as EEXIST.
    if (text === claim.text) return null
    const holder = holderIn(text, claim.owner)
    if (holder) return holder
    const guard = join(claim.queue, `guard-${createHash('sha256').update(text).digest('hex')}`)
    const rival = take(claim, guard)
    if (rival) return rival
    if (read(file) === text && moved(guard, file)) return null
    rmSync(guard, { force: true })
  }
  return null
}

function linkTicket(claim: Claim, file: string): boolean {
  for (;;) {
    try {
      linkSync(join(claim.queue, claim.ticket), file)
      return true
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false
      if (codeOf(error) !== 'ENOENT') throw error
      writeTicket(claim)
    }
  }
}

function writeTicket({ queue, ticket, text }: Claim): void {
  mkdirSync(queue, { recursive: true, mode: 0o700 })
  writeFileSync(join(queue, ticket), text, { flag: 'wx', mode: 0o600 })
}

/** Called by the holder alone: removes what no living process of this host owns. */
function sweep(claim: Claim): void {
  const litter = queued(claim).filter((name) => !livingOwner(claim, name))
  for (const name of litter) rmSync(join(claim.queue, name), { force: true })
}

/** Nobody replaces the lock of a living process, so between the look and the removal it stays what it is. */
function releaseClaim(claim: Claim): void {
  if (read(claim.path) === claim.text) rmSync(claim.path, { force: true })
}

/**
 * Who bars the way with a lock of this text: its owner, unless that one is dead. A text that names nobody was
 * left when the machine itself went down: files get their name when they are whole, and only the disk forgets.
 */
function holderIn(text: string | null, self: ProcessInfo): LockHolder | null {
  const holder = parseHolder(text)
  return holder && fateOf(holder, self) !== 'dead' ? holder : null
}

/** Another host's process keeps no place in the queue: from here nobody could tell when to stop waiting for it. */
function livingOwner(claim: Claim, name: string): LockHolder | null {
  const owner = parseHolder(read(join(claim.queue, name)))
  return owner && fateOf(owner, claim.owner) === 'alive' ? owner : null
}

function queued(claim: Claim): string[] {
  return unlessGone(() => readdirSync(claim.queue)) ?? []
}

function read(file: string): string | null {
  return unlessGone(() => readFileSync(file, 'utf8'))
}

function moved(from: string, to: string): boolean {
  return unlessGone(() => (renameSync(from, to), true)) ?? false
}

function unlessGone<T>(act: () => T): T | null {
  try {
    return act()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}
