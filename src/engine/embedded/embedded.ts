import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from '../connection/connection.js'
import { isNotReached } from '../connection/failure.js'
import { placeIn } from '../connection/server.js'
import { connectToServed } from '../served/connect.js'
import type { ConnectionLimits, EmbeddedPlace } from '../settings.js'
import { copyFolder, makeHome, openFolder } from './embedded-folder.js'
import { acquireUnlessServed } from './embedded-lock.js'
import type { Lock, LockHolder, LockOptions, ProcessInfo, Server } from './embedded-lock.js'
import { inUse } from './lock-errors.js'
import { fateOf } from './lock-holder.js'
import { overPglite } from './pglite.js'
import { startWorker, type WorkerPglite } from './pglite-worker.js'
import { startPglite, type RunningPglite } from './start-pglite.js'

export interface EmbeddedSettings extends EmbeddedPlace {
  /** The dumped, migrated data folder that a new database starts from. */
  template: string
  owner: ProcessInfo
  onWait?: ((holder: LockHolder) => void) | undefined
  /** The work takes minutes rather than milliseconds, such as an import. */
  longWork: boolean
  /** Of this cto. */
  version: string
  /** The lock, where this process holds it already and keeps it. */
  lock?: Lock | undefined
  /** A statement may run for long: PostgreSQL gets a thread of its own, where Ctrl-C and timeouts reach it. */
  interruptible: boolean
  /** The file of that thread. */
  worker: string
  /** Opens another embedded database instead of the folder in `home`; tests use one in memory. */
  connect?: (() => Promise<Connection>) | undefined
}

interface EmbeddedOptions {
  readOnly: boolean
  lockTimeoutMs: number
  limits: ConnectionLimits
  signal?: AbortSignal | undefined
  now(): Date
}

/** Between two attempts to reach a server that has the lock and does not listen yet. */
const pauseMs = 50

/** On this thread, which nothing interrupts, or on one of its own. */
type StartedPglite = WorkerPglite | { database: RunningPglite; interrupt: null; ended: null }

/**
 * Opens PostgreSQL in this process on `home`, creating it on first use, or connects to the process that serves it. Readers
 * too hold the lock until `close()`, since two processes on one folder lose each other's rows.
 *
 * @throws CtoError LOCKED, NOT_PERMITTED, NOT_CONFIGURED, DISK_FULL
 */
export async function connectToEmbedded(
  settings: EmbeddedSettings,
  options: EmbeddedOptions,
): Promise<Connection> {
  if (settings.connect) return settings.connect()
  await makeHome(settings.home)
  if (settings.lock) return openHere(settings, options, async () => {})
  const startedMs = performance.now()
  for (;;) {
    const found = await acquireUnlessServed(lockOptions(settings, options))
    if (!('serves' in found)) return openHere(settings, options, found.release)
    try {
      return await openThere(found, settings, options)
    } catch (error) {
      if (!isNotReached(error)) throw error
      if (performance.now() - startedMs > options.lockTimeoutMs) {
        throw inUse(
          { what: 'the embedded database', path: lockOf(settings) },
          found,
          fateOf(found, settings.owner),
        )
      }
      await sleep(pauseMs, undefined, { signal: options.signal })
    }
  }
}

/** What this process waits for, and how. */
export function lockOptions(
  settings: EmbeddedSettings,
  { lockTimeoutMs, signal, now }: Pick<EmbeddedOptions, 'lockTimeoutMs' | 'signal' | 'now'>,
): LockOptions {
  return {
    path: lockOf(settings),
    owner: settings.owner,
    timeoutSeconds: lockTimeoutMs / 1000,
    now,
    signal,
    ...(settings.onWait && { onWait: settings.onWait }),
  }
}

function lockOf({ home }: EmbeddedSettings): string {
  return path.join(home, 'db.lock')
}

function openThere(
  { serves, pid }: Server,
  settings: EmbeddedSettings,
  { readOnly, limits, signal }: EmbeddedOptions,
): Promise<Connection> {
  const { home, schema, version } = settings
  const target = embeddedTarget(settings)
  return connectToServed({ serves, pid, version, home, schema, target, readOnly, limits, signal })
}

async function openHere(
  settings: EmbeddedSettings,
  { readOnly, signal }: EmbeddedOptions,
  release: () => Promise<void>,
): Promise<Connection> {
  const { home, schema } = settings
  try {
    const { started, created } = await openFolder<StartedPglite>(settings, async (options) =>
      settings.interruptible
        ? startWorker(settings.worker, options, signal)
        : { database: await startPglite(options), interrupt: null, ended: null },
    )
    const { database, interrupt, ended } = started
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
            // After a checkpoint the files are complete, and nothing else runs during the copy.
            await database.exec('CHECKPOINT')
            await copyFolder(home, 'db.before-migration')
          },
      interrupt,
      onClose: async () => {
        await ended
        await release()
      },
    })
  } catch (error) {
    await release()
    throw error
  }
}

export function embeddedTarget(
  { home, schema }: Pick<EmbeddedSettings, 'home' | 'schema'>,
  workspace: string | null = null,
): string {
  return `embedded ${home}${placeIn(schema, workspace)}`
}
