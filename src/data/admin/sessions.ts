import type { Db } from '../../engine/client.js'
import { databaseFailure } from '../../engine/connection/failure.js'

/** A client that is connected to this database. */
export interface Session {
  pid: number
  user: string
  application: string
  /** An address; null through a Unix socket. */
  client: string | null
  /** `active`, `idle`, `idle in transaction`, …; null where this role may not see it. */
  state: string | null
  /** Since it is in this state. */
  seconds: number
  /** What it waits for, `Lock: transactionid`; null where it does not wait. */
  waitsFor: string | null
  /** How long it has been waiting for a lock. */
  waitSeconds: number | null
  /** Sessions that hold what it waits for. */
  blockedBy: number[]
  query: string | null
}

/** But this one; the longest in their state first. Ages are by the clock of the server. */
export async function findSessions(db: Db): Promise<Session[]> {
  return db.$queryRaw<Session[]>`
    SELECT
      a.pid, coalesce(a.usename::text, '') AS "user", coalesce(a.application_name, '') AS application,
      host(a.client_addr) AS client, a.state,
      greatest(0, extract(epoch FROM clock_timestamp() - coalesce(a.state_change, a.backend_start)))::float8 AS seconds,
      CASE WHEN a.wait_event_type IS NOT NULL THEN a.wait_event_type || ': ' || a.wait_event END AS "waitsFor",
      (SELECT extract(epoch FROM clock_timestamp() - min(l.waitstart))::float8
       FROM pg_locks l WHERE l.pid = a.pid AND NOT l.granted) AS "waitSeconds",
      pg_blocking_pids(a.pid) AS "blockedBy", a.query
    FROM pg_stat_activity a
    WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
      -- Null where this role may not see it.
      AND coalesce(a.backend_type, 'client backend') = 'client backend'
    ORDER BY seconds DESC, a.pid`
}

/** Client sessions of this database whose role may not be looked at. */
export async function countHiddenSessions(db: Db): Promise<number> {
  const [row] = await db.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n
    FROM pg_stat_activity a
    WHERE a.datname = current_database() AND a.query = '<insufficient privilege>'`
  return row?.n ?? 0
}

export interface PreparedTransaction {
  gid: string
  owner: string
  seconds: number
}

/** Transactions of this database that were prepared for a two-phase commit, the oldest first. */
export async function findPreparedTransactions(db: Db): Promise<PreparedTransaction[]> {
  return db.$queryRaw<PreparedTransaction[]>`
    SELECT gid, quote_ident(owner::text) AS owner, extract(epoch FROM clock_timestamp() - prepared)::float8 AS seconds
    FROM pg_prepared_xacts
    WHERE database = current_database()
    ORDER BY prepared, gid`
}

/**
 * Asks the server to stop the statement of each session, or the session itself. Returns the pids that it asked; the
 * others belong to roles that this one may not stop, or have ended.
 */
export async function stopSessions(
  db: Db,
  { pids, terminate }: { pids: readonly number[]; terminate: boolean },
): Promise<{ asked: number[]; refused: number[] }> {
  const asked: number[] = []
  const refused: number[] = []
  for (const pid of pids) {
    try {
      const [row] = terminate
        ? await db.$queryRaw<{ done: boolean }[]>`SELECT pg_terminate_backend(${pid}::int) AS done`
        : await db.$queryRaw<{ done: boolean }[]>`SELECT pg_cancel_backend(${pid}::int) AS done`
      if (row?.done) asked.push(pid)
    } catch (error) {
      if (databaseFailure(error).code !== '42501') throw error
      refused.push(pid)
    }
  }
  return { asked, refused }
}
