import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { findSessions, stopSessions, type Session } from '../data/admin/sessions.js'
import { NotFoundError } from '../errors.js'
import type { Database } from '../engine/database.js'
import type { CancelResult, Cancellation } from '../shapes/administration.js'

/** How long a session may take to stop, in ms. */
const patienceMs = 5000
const pauseMs = 100

export interface Chosen {
  pids: readonly number[]
  /** Sessions that are idle in a transaction for at least this many seconds. */
  idleSeconds?: number | undefined
  /** Sessions whose statement has run for at least this many seconds. */
  activeSeconds?: number | undefined
}

/** The chosen sessions. @throws NotFoundError for a pid that is no client of this database */
export async function chooseSessions(
  database: Database,
  { pids, idleSeconds = Infinity, activeSeconds = Infinity }: Chosen,
): Promise<Session[]> {
  const sessions = await database.read(findSessions)
  const missing = pids.filter((pid) => !sessions.some((session) => session.pid === pid))
  if (missing.length > 0) {
    throw new NotFoundError(`no client session ${missing.join(', ')} in this database`, {
      hint: 'cto db inspect activity',
    })
  }
  return sessions.filter(
    ({ pid, state, seconds }) =>
      pids.includes(pid) ||
      (state === 'active' && seconds >= activeSeconds) ||
      (state?.startsWith('idle in transaction') === true && seconds >= idleSeconds),
  )
}

/** Stops their statements, or ends them, and waits until they have stopped. */
export async function stop(
  database: Database,
  { sessions, terminate }: { sessions: readonly Session[]; terminate: boolean },
): Promise<Cancellation[]> {
  const pids = sessions.map(({ pid }) => pid)
  const { asked, refused } = await database.read((db) => stopSessions(db, { pids, terminate }))
  const left = await stillRunning(
    database,
    sessions.filter(({ pid }) => asked.includes(pid)),
    terminate,
  )
  const resultOf = (pid: number): CancelResult => {
    if (refused.includes(pid)) return 'not permitted'
    if (!asked.includes(pid)) return 'already ended'
    return left.includes(pid) ? 'still running' : terminate ? 'terminated' : 'cancelled'
  }
  return sessions.map((session) => cancellationOf(session, resultOf(session.pid)))
}

export function cancellationOf(
  { pid, user, state, seconds, query }: Session,
  result: CancelResult | null,
): Cancellation {
  return { pid, user, state, seconds: Math.round(seconds * 10) / 10, query, result }
}

/** Those that neither ended nor, if only their statement was cancelled, changed their state within 5 s. */
async function stillRunning(
  database: Database,
  sessions: readonly Session[],
  terminate: boolean,
): Promise<number[]> {
  const start = performance.now()
  for (;;) {
    const now = await database.read(findSessions)
    const left = sessions.filter(({ pid, query, state }) =>
      now.some(
        (each) =>
          each.pid === pid &&
          // A session that is idle in a transaction has no statement to cancel, and keeps its transaction.
          (terminate || (state !== 'idle' && each.state === state && each.query === query)),
      ),
    )
    if (left.length === 0 || performance.now() - start > patienceMs) return left.map(({ pid }) => pid)
    await sleep(pauseMs)
  }
}
