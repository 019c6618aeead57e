import { randomUUID } from 'node:crypto'
import { Socket } from 'node:net'
import pg from 'pg'
import { CtoError } from '../../errors.js'
import type { Entrance } from '../registry/entrance.js'
import type { ServerSettings } from '../settings.js'
import { lockTimeout, quoteIdentifier } from './connection.js'
import type { Connection } from './connection.js'
import { letCopyIn } from './copy-in.js'
import { serverCopy } from './copy-text.js'
import { databaseFailure, isTransient } from './failure.js'
import { refuseOnceAborted } from './interrupt.js'
import { withRetry } from './retry.js'
import { endStalled, stallLimits } from './stalled.js'
import { cancelOnServer } from './server-cancel.js'

interface ServerOptions {
  /** Let PostgreSQL itself reject every write. */
  readOnly: boolean
  lockTimeoutMs?: number | undefined
  /** The workspace to enter. */
  entrance?: Entrance | undefined
  /** The engine behind the server has no statement timeout: a statement ends when its client goes. */
  lacksTimeouts?: boolean | undefined
  /** How often a connection is used before another replaces it; absent: without limit. */
  maxUses?: number | undefined
  signal?: AbortSignal | undefined
  onRetry?: (() => void) | undefined
}

/** How long a cancelled statement and its rollback may take before the connection is cut. */
const graceMs = 500

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

/** A start-up option that shows whether options arrive. */
const marker = 'cto.direct'

/** Its value: no other client of a pooler's connection can have left this one there. */
const mark = randomUUID()

async function tookOptions({ pool, close }: Connection): Promise<boolean> {
  try {
    const { rows } = await pool.query<{ value: string | null }>(
      `SELECT current_setting('${marker}', true) AS value`,
    )
    return rows[0]?.value === mark
  } catch (error) {
    await close()
    throw error
  }
}

function startUpOptions(
  { schema: named, limits }: ServerSettings,
  { readOnly, lockTimeoutMs, entrance }: ServerOptions,
): string {
  const { schema = named, role = null } = entrance ?? {}
  const values = {
    [marker]: mark,
    search_path: quoteIdentifier(schema),
    statement_timeout: limits.queryTimeoutMs,
    lock_timeout: lockTimeout(lockTimeoutMs),
    // Times are read in this form, whatever the role or the database has stored.
    DateStyle: 'ISO',
    // Compiling a statement saves less than it takes: 0.27 of the 1.1 s of the session metrics over 100,000 calls.
    jit: 'off',
    ...(readOnly && { default_transaction_read_only: 'on' }),
    // Unlike SET ROLE, it outlives RESET ROLE and DISCARD ALL.
    ...(role !== null && { role }),
  }
  return Object.entries(values)
    .map(([name, value]) => `-c ${name}=${String(value).replace(/[\\\s]/g, '\\$&')}`)
    .join(' ')
}

function remembered(socket: Socket, sockets: Set<Socket>): Socket {
  sockets.add(socket)
  return socket.once('close', () => sockets.delete(socket))
}

function destroyAll(sockets: ReadonlySet<Socket>): void {
  for (const socket of sockets) socket.destroy()
}

/** Ctrl-C: the server cancels running statements and we roll back; connections still busy after that are closed. */
function endWithSignal(
  pool: pg.Pool,
  sockets: ReadonlySet<Socket>,
  settings: ServerSettings,
  signal: AbortSignal | undefined,
): () => void {
  const clients = new Set<pg.PoolClient>()
  pool.on('connect', (client) => {
    clients.add(client)
    // A broken connection fails its query, which reports it; without a listener the error would end the process too.
    client.on('error', () => {})
  })
  pool.on('remove', (client) => clients.delete(client))
  pool.on('error', () => {})
  if (!signal) return () => {}
  refuseOnceAborted(pool, signal)
  const end = () => {
    for (const client of clients) void cancelOnServer(client, settings, graceMs)
    const cut = setTimeout(destroyAll, graceMs, sockets)
    cut.unref()
  }
  signal.addEventListener('abort', end, { once: true })
  return () => {
    signal.removeEventListener('abort', end)
  }
}
