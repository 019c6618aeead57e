import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { quoteIdentifier } from '../connection/connection.js'
import type { Capabilities, Connection } from '../connection/connection.js'
import { refuseOnceAborted } from '../connection/interrupt.js'
import { pgliteCopy } from './copy-pglite.js'
import type { RunningPglite } from './start-pglite.js'

interface OverPglite {
  schema: string
  target: string
  folder?: string | null
  created?: boolean
  readOnly?: boolean
  signal?: AbortSignal | undefined
  keepCopy?: Connection['keepCopy']
  /** Set where it runs on a thread of its own. */
  interrupt?: Connection['interrupt']
  onClose?: () => Promise<void>
}

/** PostgreSQL runs in this process, and there is one connection to it. */
const capabilities: Omit<Capabilities, 'blocksTheLoop'> = {
  canCopy: false,
  canReconnect: false,
  canAskOutcome: false,
  canSeeEncryption: false,
  hasOtherSessions: false,
  keepsStatistics: false,
  hasAutovacuum: false,
}

/** Wraps a running PGlite as a connection. */
export async function overPglite(database: RunningPglite, options: OverPglite): Promise<Connection> {
  const {
    schema,
    target,
    folder = null,
    created = false,
    readOnly = false,
    keepCopy = null,
    interrupt = null,
  } = options
  const { createPgConfig } = await import('@electric-sql/pglite/node-postgres')
  letSignalsIn(database)
  const health = watchHealth(database)
  const { connection } = createPgConfig(database as PGlite)
  const parse = connection.parse.bind(connection)
  // `pg` hands parsers over as an object, where PGlite expects a list of type ids.
  connection.parse = (query: object) => {
    parse({ ...query, types: undefined })
  }
  const emit = connection.emit.bind(connection)
  // A client that failed listens no more while messages that it sent before fail too.
  connection.emit = (event: string, ...values: unknown[]) =>
    (event !== 'error' || connection.listenerCount('error') > 0) && emit(event, ...values)
  const pool = new pg.Pool({ connection, max: 1, idleTimeoutMillis: 0 } as pg.PoolConfig)
  // A broken engine fails its statement, which reports it; without a listener the error would end the process too.
  pool.on('connect', (client) => client.on('error', () => {}))
  pool.on('error', () => {})
  if (options.signal) refuseOnceAborted(pool, options.signal)
  await database.exec(`SET search_path = ${quoteIdentifier(schema)}`)
  if (readOnly) await database.exec('SET default_transaction_read_only = on')
  let closing: Promise<void> | undefined
  const close = async () => {
    try {
      await pool.end()
      // After a failure, `close` would never return, nor would the thread end by itself. The folder is as after a crash, and
      // the next start recovers it.
      if (health.failure) interrupt?.(health.failure)
      else await database.close()
    } finally {
      await options.onClose?.()
    }
  }
  return {
    engine: 'embedded',
    capabilities: { ...capabilities, blocksTheLoop: interrupt === null },
    name: 'embedded',
    folder,
    pool,
    copy: pgliteCopy(database),
    schema,
    workspace: null,
    rowLimits: null,
    role: null,
    pooled: false,
    keepsSession: true,
    readOnly,
    target,
    created,
    keepCopy,
    interrupt,
    close: () => (closing ??= close()),
  }
}

/**
 * A statement blocks this thread, and PGlite's promises resolve without a turn of the event loop, in which alone Node
 * handles signals and timers. So every message waits for a turn: Ctrl-C is handled after each statement.
 */
function letSignalsIn(database: RunningPglite): void {
  const execute = database.execProtocolStream.bind(database)
  database.execProtocolStream = async (message, options) => {
    await nextTurn()
    return execute(message, options)
  }
}

/**
 * PostgreSQL that stops, as on a full disk, reports a fatal error and never answers again, so that every later message
 * would wait without end. From then on every message fails with that error.
 */
function watchHealth(database: RunningPglite): { readonly failure: Error | undefined } {
  const health: { failure: Error | undefined } = { failure: undefined }
  const execute = database.execProtocolStream.bind(database)
  database.execProtocolStream = async (message, options) => {
    if (health.failure) throw health.failure
    const answers = await execute(message, options)
    health.failure = answers.map(fatalError).find((error) => error !== null)
    if (health.failure) throw health.failure
    return answers
  }
  return health
}

function fatalError(answer: object): Error | null {
  const isFatal =
    answer instanceof Error && 'severity' in answer && /FATAL|PANIC/.test(String(answer.severity))
  return isFatal ? answer : null
}
