import type { Socket } from 'node:net'
import pg from 'pg'
import type { ConnectionLimits } from '../settings.js'

export interface StallWatch {
  /** How long a statement may go without an answer before the server is queried about it; none of ours answers in parts. */
  silenceMs: number
  /** Timeout of that query, connecting included. */
  patienceMs: number
  /** The configuration of the connection that runs that query. */
  config: pg.ClientConfig
  /** True behind a pooler, which makes up process ids of its own. */
  pooled: boolean
}

/** How long a statement may go without an answer if there is no statement timeout. */
const usualTimeoutMs = 10_000
const longestPatienceMs = 5000
/** A busy server may take this long, however short the timeout of statements. */
const shortestPatienceMs = 1000

/** Both end before the timeout of a statement does, so that a dead network takes no longer than a slow statement. */
export function stallLimits({
  queryTimeoutMs,
  connectTimeoutMs,
}: ConnectionLimits): Pick<StallWatch, 'silenceMs' | 'patienceMs'> {
  const timeoutMs = queryTimeoutMs || usualTimeoutMs
  const patienceMs = Math.min(Math.max(0.4 * timeoutMs, shortestPatienceMs), longestPatienceMs)
  return { silenceMs: timeoutMs / 2, patienceMs: Math.min(connectTimeoutMs || patienceMs, patienceMs) }
}

/** Members of `pg` that its types lack. */
interface WireClient {
  connection: { stream: Socket }
  /** False while a statement runs. */
  readyForQuery: boolean
  processID: number | null
}

/**
 * A network that stops forwarding reports no error, and the server's timeouts end only work of the server. So a connection
 * that is silent for too long during a statement is closed with ETIMEDOUT, unless a second connection finds that the server
 * is still working on the statement: waiting for a lock, or building an index.
 */
export function endStalled(pool: pg.Pool, watch: StallWatch): void {
  pool.on('connect', (client) => {
    const wire = client as unknown as WireClient
    const { stream } = wire.connection
    stream.setTimeout(watch.silenceMs, () => {
      if (wire.readyForQuery) return
      void isAtWork(wire.processID, watch).then((works) => {
        if (works) stream.setTimeout(watch.silenceMs)
        else if (!wire.readyForQuery) stream.destroy(timedOut())
      })
    })
  })
}

/** Never fails: a server that cannot be queried counts as not answering. */
async function isAtWork(
  processId: number | null,
  { silenceMs, patienceMs, config, pooled }: StallWatch,
): Promise<boolean> {
  const client = new pg.Client({
    ...config,
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    // A server process that waits for its client has answered already, or waits for data that never arrived.
    const { rows } = await client.query<{ works: boolean }>(
      `SELECT EXISTS (
         SELECT FROM pg_stat_activity
         WHERE state = 'active' AND wait_event_type IS DISTINCT FROM 'Client'
           AND CASE
             WHEN $1::integer IS NOT NULL THEN pid = $1
             ELSE application_name = 'cto' AND pid <> pg_backend_pid()
               AND query_start < clock_timestamp() - make_interval(secs => $2::float8 / 2000)
           END) AS works`,
      [pooled ? null : processId, silenceMs],
    )
    return rows[0]?.works ?? false
  } catch {
    return false
  } finally {
    void client.end().catch(() => {})
  }
}

/** With all fields of Node's socket errors, by which Prisma's adapter recognises them. */
function timedOut(): Error {
  return Object.assign(new Error('the server did not answer in time'), {
    code: 'ETIMEDOUT',
    errno: -110,
    syscall: 'read',
  })
}
