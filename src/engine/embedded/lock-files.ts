import { createHash } from 'node:crypto'
import {
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { codeOf } from './lock-errors.js'
import { fateOf, parseHolder } from './lock-holder.js'
import type { LockHolder, ProcessInfo, Serving } from './lock-holder.js'

/*
 * The lock beside PGlite's data folder: one file, `path`, and a queue folder, `path.queue`.
 *
 * Every waiter writes a ticket into the queue and acquires the lock by linking the ticket to `path`. A link
 * appears whole or not at all, and fails if the name is taken, so no process reads half a lock and one wins.
 * Tickets are unique, so the text of a lock identifies one acquisition, and no text ever recurs.
 *
 * A dead holder's lock with text T is replaced by the process that holds `guard-T`, itself such a lock: acquire the
 * guard, check that `path` still contains T, rename the guard onto `path`. This cannot remove a living holder's lock:
 * - T is dead and will not release; only the holder of guard-T renames over T. While a living process holds that
 *   guard, `path` therefore cannot change between its check and its rename.
 * - A process that acted on an older check finds another text in `path` and drops its guard.
 * - A process that dies while holding guard-T leaves a dead lock called guard-T, which is replaced in the same way.
 * - A holder sweeps the queue. While it lives, `path` is its own, so every guard there is for a text that never
 *   recurs in `path`: such a guard has no effect, whichever process holds it.
 * - Tickets only keep order. A lost ticket does no harm: its owner writes it again when needed.
 * - A release removes the queue if it is empty. A waiter that finds it gone creates it again.
 * So a crash leaves only a dead lock, dead guards and dead tickets, and the next process deals with all three.
 */

/** One attempt of a process to acquire a lock. */
export interface Claim {
  what: string
  path: string
  queue: string
  ticket: string
  text: string
  owner: ProcessInfo
}

/** A holder that serves other processes. */
export type Server = LockHolder & { serves: Serving }

/** The living process that has waited longest, if that is another one. */
export function firstInFront(claim: Claim): LockHolder | null {
  const inFront = queued(claim).filter((name) => name < claim.ticket)
  for (const name of inFront.sort()) {
    const waiter = livingOwner(claim, name)
    if (waiter) return waiter
  }
  return null
}

/** Acquires the lock of a claim whose ticket is written, or a guard. Null once acquired, else its holder. */
export function take(claim: Claim, file = claim.path): LockHolder | null {
  while (!linkTicket(claim, file)) {
    const text = read(file)
    if (text === null) continue
    // NFS can report EEXIST for a link that was made.
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

export function writeTicket({ queue, ticket, text }: Claim): void {
  for (;;) {
    mkdirSync(queue, { recursive: true, mode: 0o700 })
    try {
      writeFileSync(join(queue, ticket), text, { flag: 'wx', mode: 0o600 })
      return
    } catch (error) {
      // A release has removed the queue meanwhile, while it was empty.
      if (codeOf(error) !== 'ENOENT') throw error
    }
  }
}

export function removeTicket({ queue, ticket }: Claim): void {
  rmSync(join(queue, ticket), { force: true })
}

/** Called only by the holder: removes tickets and guards that no living process of this host owns. */
export function sweep(claim: Claim): void {
  const litter = queued(claim).filter((name) => !livingOwner(claim, name))
  for (const name of litter) rmSync(join(claim.queue, name), { force: true })
}

/** No process replaces the lock of a living one, so it cannot change between the check and the removal. */
export function releaseClaim(claim: Claim): void {
  if (read(claim.path) === claim.text) rmSync(claim.path, { force: true })
  try {
    rmdirSync(claim.queue)
  } catch {
    // Others wait, or the next holder removes it.
  }
}

/**
 * The holder of a lock with this text, unless that process is dead. A text without a holder is left only by a crash of
 * the machine: files get their name when they are complete, so only the disk can lose their content.
 */
function holderIn(text: string | null, self: ProcessInfo): LockHolder | null {
  const holder = parseHolder(text)
  return holder && fateOf(holder, self) !== 'dead' ? holder : null
}

/** The holder of the claimed lock, unless it is free or its process is dead. */
export function holderOf({ path, owner }: Claim): LockHolder | null {
  return holderIn(read(path), owner)
}

/** The same, where the holder serves others. */
export function serverOf(claim: Claim): Server | null {
  const holder = holderOf(claim)
  return holder?.serves ? { ...holder, serves: holder.serves } : null
}

/** A process of another host keeps no place in the queue: this host cannot tell whether it is still alive. */
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
