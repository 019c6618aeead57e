import path from 'node:path'
import { makeHome } from './embedded/embedded-folder.js'
import { CtoError } from '../errors.js'
import { acquireUnlessServed, type Lock, type LockOptions, type Server } from './embedded/embedded-lock.js'
import { lockOptions, type EmbeddedSettings } from './embedded/embedded.js'
import { open, type DatabaseSettings } from './open.js'
import { serveFolder } from './served/serve.js'
import { owner } from './served/session-state.js'
import { servedDatabase, servedPort, socketFolder } from './served/socket-place.js'

export interface ServeSettings extends Omit<DatabaseSettings, 'at'> {
  at: { engine: 'embedded'; embedded: EmbeddedSettings }
  /** Ends the server. */
  signal: AbortSignal
  /** The bundled worker in which PostgreSQL runs. */
  worker: string
  /** `$XDG_RUNTIME_DIR`, for a socket whose path would be too long in `$CTO_HOME`. */
  runtimeFolder: string | undefined
  /** Ends the server after this long without a client. */
  idleTimeoutMs?: number | undefined
}

/** How clients of PostgreSQL connect. */
interface Listening {
  /** Of the socket. */
  folder: string
  port: number
  user: string
  database: string
}

/**
 * Holds the embedded database, creating or migrating it first, and serves it on a Unix socket until the signal or the idle
 * timeout. What the socket or the lock of a dead server left is taken over.
 *
 * @param onListening called once clients can connect
 * @throws CtoError CONFLICT where another process serves it; LOCKED, NOT_PERMITTED, NOT_CONFIGURED, DISK_FULL
 */
export async function serveEmbedded(
  settings: ServeSettings,
  onListening: (listening: Listening) => Promise<void>,
): Promise<void> {
  const { folder, options } = await prepare(settings)
  const found = await acquireUnlessServed(options)
  if ('serves' in found) throw servedAlready(found)
  await serveHeld(settings, { folder, lock: found }, onListening)
}

/**
 * Runs `work` while the embedded database is served: by the process that serves it already, else by this one.
 *
 * @throws CtoError LOCKED, NOT_PERMITTED, NOT_CONFIGURED, DISK_FULL
 */
export async function whileServed(
  settings: ServeSettings,
  work: (listening: Listening) => Promise<void>,
): Promise<void> {
  const { folder, options } = await prepare(settings)
  const found = await acquireUnlessServed(options)
  if ('serves' in found) {
    await work(listeningIn(found.serves.folder))
    return
  }
  const done = new AbortController()
  const signal = AbortSignal.any([settings.signal, done.signal])
  await serveHeld({ ...settings, signal }, { folder, lock: found }, async (listening) => {
    try {
      await work(listening)
    } finally {
      done.abort()
    }
  })
}

async function prepare(settings: ServeSettings): Promise<{ folder: string; options: LockOptions }> {
  const { embedded } = settings.at
  await makeHome(embedded.home)
  const folder = socketFolder(embedded.home, settings.runtimeFolder)
  const owner = { ...embedded.owner, serves: { folder, version: embedded.version } }
  return { folder, options: lockOptions({ ...embedded, owner }, settings) }
}

interface Held {
  /** Of the socket. */
  folder: string
  lock: Lock
}

async function serveHeld(
  settings: ServeSettings,
  { folder, lock }: Held,
  onListening: (listening: Listening) => Promise<void>,
): Promise<void> {
  const { embedded } = settings.at
  try {
    const at = { engine: 'embedded' as const, embedded: { ...embedded, lock } }
    const database = await open({ ...settings, at }, 'write')
    await database.close()
    await serveFolder({
      folder,
      dataDir: path.join(embedded.home, 'db'),
      worker: settings.worker,
      signal: settings.signal,
      idleTimeoutMs: settings.idleTimeoutMs,
      onListening: () => onListening(listeningIn(folder)),
    })
  } finally {
    await lock.release()
  }
}

function servedAlready({ pid, command, since }: Server): CtoError {
  return new CtoError('CONFLICT', 'the embedded database is served already', {
    reason: `by process ${pid} (${command}), running since ${since}; other commands connect to it by themselves`,
    hint: `kill ${pid} stops it`,
  })
}

function listeningIn(folder: string): Listening {
  return { folder, port: servedPort, user: owner, database: servedDatabase }
}
