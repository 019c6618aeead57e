import path from 'node:path'
import type { Connection } from '../connection/connection.js'
import type { EmbeddedPlace } from '../settings.js'
import { copyFolder, makeHome, openFolder } from './embedded-folder.js'
import { acquireLock } from './embedded-lock.js'
import type { LockHolder, ProcessInfo } from './embedded-lock.js'
import { overPglite } from './pglite.js'

export interface EmbeddedSettings extends EmbeddedPlace {
  /** The dumped, migrated data folder that a new database starts from. */
  template: string
  owner: ProcessInfo
  onWait?: ((holder: LockHolder) => void) | undefined
  /** The work takes minutes rather than milliseconds, such as an import. */
  longWork: boolean
  /** Opens another embedded database instead of the folder in `home`; tests use one in memory. */
  connect?: (() => Promise<Connection>) | undefined
}

interface EmbeddedOptions {
  readOnly: boolean
  lockTimeoutMs: number
  signal?: AbortSignal | undefined
  now(): Date
}

/**
 * Opens PostgreSQL in this process on `home`, creating it on first use. Readers too hold the lock until `close()`, since
 * two processes on one folder lose each other's rows.
 *
 * @throws CtoError LOCKED, NOT_PERMITTED, NOT_CONFIGURED, DISK_FULL
 */
export async function connectToEmbedded(
  settings: EmbeddedSettings,
  { readOnly, lockTimeoutMs, signal, now }: EmbeddedOptions,
): Promise<Connection> {
  if (settings.connect) return settings.connect()
  const { home, schema } = settings
  await makeHome(home)
  const lock = await acquireLock({
    path: path.join(home, 'db.lock'),
    owner: settings.owner,
    timeoutSeconds: lockTimeoutMs / 1000,
    now,
    signal,
    ...(settings.onWait && { onWait: settings.onWait }),
  })
  try {
    const { database, created } = await openFolder(settings)
    return await overPglite(database, {
      schema,
      target: embeddedTarget(settings),
      folder: home,
      created,
      readOnly,
      signal,
      keepCopy: readOnly
        ? null
        : async () => {
            // After a checkpoint the files are complete, and nothing else runs on this thread during the copy.
            await database.exec('CHECKPOINT')
            await copyFolder(home, 'db.before-migration')
          },
      onClose: () => lock.release(),
    })
  } catch (error) {
    await lock.release()
    throw error
  }
}

export function embeddedTarget({ home, schema }: Pick<EmbeddedSettings, 'home' | 'schema'>): string {
  return `embedded ${home}${schema === 'public' ? '' : ` schema ${schema}`}`
}
