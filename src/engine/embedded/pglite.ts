import { readFile } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import type { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { quoteIdentifier } from '../connection/connection.js'
import type { Capabilities, Connection } from '../connection/connection.js'
import { refuseOnceAborted } from '../connection/interrupt.js'
import { pgliteCopy } from './copy-pglite.js'

interface StartOptions {
  /** Absent: in memory. */
  dataDir?: string
  /** What a new data folder starts from. */
  loadDataDir?: Blob | undefined
  /** Imports and other long work need the optimising compiler; short commands need a fast start. */
  longWork: boolean
}

/** Starts PostgreSQL in this process. */
export async function startPglite({ dataDir, loadDataDir, longWork }: StartOptions): Promise<PGlite> {
  // Measured: opening takes 0.3 s instead of 0.5 s, but the code is not optimised.
  if (!longWork) setFlagsFromString('--liftoff-only --wasm-lazy-compilation')
  const [{ PGlite }, { pg_trgm }] = await Promise.all([
    import('@electric-sql/pglite'),
    import('@electric-sql/pglite/contrib/pg_trgm'),
  ])
  return PGlite.create({
    extensions: { pg_trgm },
    relaxedDurability: false,
    ...(dataDir !== undefined && { dataDir }),
    ...(loadDataDir && { loadDataDir }),
  })
}

/** The dumped, migrated data folder that the build made. */
export async function readTemplate(file: string): Promise<Blob> {
  return new Blob([await readFile(file)], { type: 'application/x-gzip' })
}

interface OverPglite {
  schema: string
  target: string
  folder?: string | null
  created?: boolean
  readOnly?: boolean
  signal?: AbortSignal | undefined
  keepCopy?: Connection['keepCopy']
  onClose?: () => Promise<void>
}

/** PostgreSQL runs in this process and on its thread, and there is one connection to it. */
const capabilities: Capabilities = {
  canCopy: false,
  blocksTheLoop: true,
  canReconnect: false,
  canAskOutcome: false,
  canSeeEncryption: false,
  hasOtherSessions: false,
  keepsStatistics: false,
}

/** Wraps a running PGlite as a connection. */
export async function overPglite(database: PGlite, options: OverPglite): Promise<Connection> {
  const { schema, target, folder = null, created = false, readOnly = false, keepCopy = null } = options
  const { createPgConfig } = await import('@electric-sql/pglite/node-postgres')
  letSignalsIn(database)
  const health = watchHealth(database)
  const { connection } = createPgConfig(database)
  const parse = connection.parse.bind(connection)
  // `pg` hands parsers over as an object, where PGlite expects a list of type ids.
  connection.parse = (query: object) => {
    parse({ ...query, types: undefined })
  }
  const pool = new pg.Pool({ connection, max: 1, idleTimeoutMillis: 0 } as pg.PoolConfig)
  if (options.signal) refuseOnceAborted(pool, options.signal)
  await database.exec(`SET search_path = ${quoteIdentifier(schema)}`)
  if (readOnly) await database.exec('SET default_transaction_read_only = on')
  let closing: Promise<void> | undefined
  const close = async () => {
    try {
      await pool.end()
      // After a failure, `close` would never return. The folder is as after a crash, and the next start recovers it.
      if (!health.failure) await database.close()
    } finally {
      await options.onClose?.()
    }
  }
  return {
    engine: 'embedded',
    capabilities,
    name: 'embedded',
    folder,
    pool,
    copy: pgliteCopy(database),
    schema,
    pooled: false,
    readOnly,
    target,
    created,
    keepCopy,
    interrupt: null,
    close: () => (closing ??= close()),
  }
}

/**
 * A statement blocks this thread, and PGlite's promises resolve without a turn of the event loop, in which alone Node
 * handles signals and timers. So every message waits for a turn: Ctrl-C is handled after each statement.
 */
function letSignalsIn(database: PGlite): void {
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
function watchHealth(database: PGlite): { readonly failure: Error | undefined } {
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
