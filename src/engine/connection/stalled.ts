import type { Socket } from 'node:net'
import pg from 'pg'

export interface Watch {
  /** How long a statement may go without an answer before the server is asked about it; none of ours answers in parts. */
  silenceMs: number
  /** For that question, connecting included. */
  patienceMs: number
  /** How a connection to ask on is opened. */
  config: pg.ClientConfig
  /** Behind a pooler the process id is the pooler's own invention. */
  pooled: boolean
}

/** As `pg` has them, though its types do not say so. */
interface WireClient {
  connection: { stream: Socket }
  /** False while a statement is at work. */
  readyForQuery: boolean
  processID: number | null
}

/**
 * A network that stops forwarding tells nobody, and the server's own timeouts end only what the server does. So a
 * connection that has been silent for too long during a statement is closed with ETIMEDOUT, unless another connection
 * learns that the server is still working on it: waiting for a lock, or building an index.
 */
export function endStalled(pool: pg.Pool, watch: Watch): void {
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

/** Never fails: a server that cannot be asked is one that does not answer. */
async function isAtWork(
  processId: number | null,
  { silenceMs, patienceMs, config, pooled }: Watch,
): Promise<boolean> {
  const client = new pg.Client({
    ...config,
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    // A process that waits for its client has answered, or wants what never arrived.
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

/** With all that Node gives an error of a socket: Prisma's adapter knows one by these. */
function timedOut(): Error {
  return Object.assign(new Error('the server did not answer in time'), {
    code: 'ETIMEDOUT',
    errno: -110,
    syscall: 'read',
  })
}
