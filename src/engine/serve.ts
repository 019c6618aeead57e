import path from 'node:path'
import { makeHome } from './embedded/embedded-folder.js'
import { acquireLock } from './embedded/embedded-lock.js'
import { lockOptions, type EmbeddedSettings } from './embedded/embedded.js'
import { open, type DatabaseSettings } from './open.js'
import { serveFolder } from './served/serve.js'
import { owner } from './served/session-state.js'
import { servedDatabase, socketFolder } from './served/socket-place.js'

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
  user: string
  database: string
}

/**
 * Holds the embedded database, creating or migrating it first, and serves it on a Unix socket until the signal or the idle
 * timeout. What the socket or the lock of a dead server left is taken over.
 *
 * @param onListening called once clients can connect
 * @throws CtoError LOCKED, NOT_PERMITTED, NOT_CONFIGURED, DISK_FULL
 */
export async function serveEmbedded(
  settings: ServeSettings,
  onListening: (listening: Listening) => Promise<void>,
): Promise<void> {
  const { embedded } = settings.at
  const { home, version } = embedded
  await makeHome(home)
  const folder = socketFolder(home, settings.runtimeFolder)
  const holder = { ...embedded.owner, serves: { folder, version } }
  const lock = await acquireLock(lockOptions({ ...embedded, owner: holder }, settings))
  try {
    const database = await open(
      { ...settings, at: { engine: 'embedded', embedded: { ...embedded, lock } } },
      'write',
    )
    await database.close()
    await serveFolder({
      folder,
      dataDir: path.join(home, 'db'),
      worker: settings.worker,
      signal: settings.signal,
      idleTimeoutMs: settings.idleTimeoutMs,
      onListening: () => onListening({ folder, user: owner, database: servedDatabase }),
    })
  } finally {
    await lock.release()
  }
}
