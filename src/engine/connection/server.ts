import { Socket } from 'node:net'
import pg from 'pg'
import { CtoError } from '../../errors.js'
import type { ServerSettings } from '../settings.js'
import type { Connection } from './connection.js'
import { letCopyIn } from './copy-in.js'
import { serverCopy } from './copy-text.js'
import { destroyAll, endWithSignal, remembered } from './end-with-signal.js'
import { databaseFailure, isTransient } from './failure.js'
import { withRetry } from './retry.js'
import { endStalled, stallLimits } from './stalled.js'
import { startUpOptions, tookOptions, type StartUp } from './start-up-options.js'

interface ServerOptions extends StartUp {
  /** The engine behind the server has no statement timeout: a statement ends when its client goes. */
  lacksTimeouts?: boolean | undefined
  /** How often a connection is used before another replaces it; absent: without limit. */
  maxUses?: number | undefined
  signal?: AbortSignal | undefined
  onRetry?: (() => void) | undefined
}

/** How long connections that were idle have to leave an interrupted command. */
const leaveMs = 100

/**
 * Connects to a PostgreSQL server. On a direct connection the schema, the statement timeout and read-only mode are
 * start-up options; through a pooler, which keeps no session, each transaction sets them (see database.ts).
 * A pooler that the settings do not name is detected, since it either rejects the options or ignores them.
 */
export async function connectToServer(settings: ServerSettings, options: ServerOptions): Promise<Connection> {
  const { signal, onRetry } = options
  return withRetry(() => connectDirectOrPooled(settings, options), {
    mayRepeat: isTransient,
    signal,
    onRetry,
  })
}

async function connectDirectOrPooled(settings: ServerSettings, options: ServerOptions): Promise<Connection> {
  const pooled = { ...settings, pooled: true }
  if (settings.pooled) return connect(pooled, options)
  let connection: Connection
  try {
    connection = await connect(settings, options)
  } catch (error) {
    if (/unsupported startup parameter/i.test(databaseFailure(error).message)) return connect(pooled, options)
    throw error
  }
  if (await tookOptions(connection)) return connection
  await connection.close()
  return connect(pooled, options)
}

/** The target for display; never a password. */
export function serverTarget(
  { user, host, port, database, schema }: ServerSettings,
  workspace: string | null = null,
): string {
  return `${user}@${host}:${port}/${database}${placeIn(schema, workspace)}`
}

/** The part of a target that names what is used of the database: a workspace, or a schema. */
export function placeIn(schema: string, workspace: string | null): string {
  if (workspace !== null) return ` workspace ${workspace}`
  return schema === 'public' ? '' : ` schema ${schema}`
}

/** With `prefer`, encrypts if the server can. */
async function connect(settings: ServerSettings, options: ServerOptions): Promise<Connection> {
  const { tls } = settings
  if (tls.mode === 'disable') return open(settings, options, false)
  try {
    return await open(settings, options, tls.options)
  } catch (error) {
    const { code, message } = databaseFailure(error)
    const isPlain = message === 'The server does not support SSL connections'
    // Its pg_hba.conf may admit this user only without encryption.
    if (tls.mode === 'prefer' && (isPlain || code === '28000')) return open(settings, options, false)
    if (!isPlain) throw error
    throw new CtoError('NOT_PERMITTED', 'the server does not support encryption, which sslmode requires', {
      reason: serverTarget(settings, options.entrance?.domain ?? null),
      hint: 'turn on ssl on the server, or, where the network is trusted, use sslmode=prefer',
      cause: error,
    })
  }
}

async function open(
  settings: ServerSettings,
  options: ServerOptions,
  ssl: pg.PoolConfig['ssl'],
): Promise<Connection> {
  const { host, port, user, database, pooled, limits } = settings
  const { domain: workspace = null, role = null, rowLimits = null } = options.entrance ?? {}
  const { schema } = options.entrance ?? settings
  const sockets = new Set<Socket>()
  const config = { host, port, user, password: settings.password, database, ssl, application_name: 'cto' }
  const pool = new pg.Pool({
    ...config,
    max: limits.max,
    min: limits.min,
    connectionTimeoutMillis: limits.connectTimeoutMs,
    keepAlive: true,
    maxUses: options.maxUses ?? Infinity,
    stream: () => remembered(new Socket(), sockets),
    ...(!pooled && { options: startUpOptions(settings, options) }),
  })
  letCopyIn(pool)
  // The end of a Unix socket is always noticed.
  if (!host.startsWith('/')) endStalled(pool, { ...stallLimits(limits), config, pooled })
  const stopListening = endWithSignal(pool, sockets, settings, options.signal)
  const interrupt = (reason: Error) => {
    for (const socket of sockets) socket.destroy(reason)
  }
  const close = async () => {
    stopListening()
    // A connection that is still being made would keep an interrupted command from reporting what it knows.
    const cut = options.signal?.aborted ? setTimeout(destroyAll, leaveMs, sockets) : undefined
    if (!pool.ending) await pool.end()
    clearTimeout(cut)
  }
  try {
    const client = await pool.connect()
    client.release()
  } catch (error) {
    await close()
    throw error
  }
  if (pooled && options.readOnly) refuseWrites(pool)
  // `pg` has one setting for connecting and for waiting for a free connection; from here on it is the latter.
  pool.options.connectionTimeoutMillis = limits.poolTimeoutMs
  return {
    engine: 'postgresql',
    capabilities: {
      canCopy: true,
      blocksTheLoop: false,
      canReconnect: true,
      canAskOutcome: true,
      canSeeEncryption: !pooled,
      hasOtherSessions: true,
      keepsStatistics: true,
      hasAutovacuum: true,
    },
    name: workspace ?? database,
    folder: null,
    pool,
    copy: serverCopy,
    schema,
    workspace,
    rowLimits,
    role,
    pooled,
    keepsSession: !pooled,
    readOnly: options.readOnly,
    target: serverTarget(settings, workspace),
    created: false,
    keepCopy: null,
    interrupt: options.lacksTimeouts ? interrupt : null,
    close,
  }
}

/** A pooler keeps no read-only session, so a single statement runs in a read-only transaction. */
function refuseWrites(pool: pg.Pool): void {
  const query = async (...statement: [text: string, values?: unknown[]]): Promise<unknown> => {
    const client = await pool.connect()
    try {
      await client.query('BEGIN READ ONLY')
      return await client.query(...statement)
    } finally {
      await client.query('ROLLBACK').catch(() => undefined)
      client.release()
    }
  }
  pool.query = query as never
}
