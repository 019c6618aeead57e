import { performance } from 'node:perf_hooks'
import type { Database } from '../database.js'
import type { DatabaseSettings } from '../open.js'
import type { ReplicaSettings } from '../settings.js'
import { noteOwnWrites } from './own-writes.js'
import { mayMove, objectionTo, openStandby, readingBy, reasonOf, type Reading } from './standby.js'

/** How long a standby that could not be read is left alone. */
const pauseMs = 5000

/**
 * The primary, for a program that stays connected: each read goes to the standby that is set, where that has the user's own
 * writes and is not too far behind, and otherwise to the primary. The callbacks report which, read by read.
 *
 * @throws CtoError NOT_CONFIGURED where the server is no standby, now and at each read after it was promoted
 */
export async function besideStandby(
  primary: Database,
  settings: DatabaseSettings,
  reading: Reading,
): Promise<Database> {
  const replica = settings.at.engine === 'postgresql' ? settings.at.server.replica : null
  if (!replica) return primary
  const standby = new Standby(settings, replica, reading)
  await standby.readable()
  const beside = readingBy(async (work, mayRepeat) => {
    const database = await standby.readable()
    if (database === null) return work(primary)
    try {
      return await work(database)
    } catch (error) {
      if (!mayRepeat() || !mayMove(error)) throw error
      standby.leave(reasonOf(error))
      return work(primary)
    }
  }, primary)
  return {
    ...beside,
    write: async (work, options) => {
      const result = await primary.write(work, options)
      // The write is stored. Where it cannot be noted, the standby is left alone for as long as it may take to replay it.
      if (!options?.dryRun) {
        await noteOwnWrites(primary, reading.folder).catch((error: unknown) => {
          standby.leave(`your last write could not be noted: ${String(error)}`)
        })
      }
      return result
    },
    close: async () => {
      await standby.close()
      await primary.close()
    },
  }
}

/** Opened by the first read that finds it, and again after it failed. */
class Standby {
  readonly #settings: DatabaseSettings
  readonly #replica: ReplicaSettings
  readonly #reading: Reading
  #opening: Promise<Database> | null = null
  /** From `performance.now()`. */
  #leftUntil = 0

  constructor(settings: DatabaseSettings, replica: ReplicaSettings, reading: Reading) {
    this.#settings = settings
    this.#replica = replica
    this.#reading = reading
  }

  /** Null where the primary must be read. */
  async readable(): Promise<Database | null> {
    if (performance.now() < this.#leftUntil) return null
    let objection: string | null
    try {
      const database = await (this.#opening ??= openStandby(this.#settings, this.#replica))
      objection = await objectionTo(database, this.#replica, this.#reading)
      if (objection === null) return database
    } catch (error) {
      if (!mayMove(error)) throw error
      this.#opening = null
      objection = reasonOf(error)
    }
    this.leave(objection)
    return null
  }

  leave(reason: string): void {
    this.#leftUntil = performance.now() + pauseMs
    this.#reading.onPrimary(reason)
  }

  async close(): Promise<void> {
    await this.#opening?.then(
      (database) => database.close(),
      () => undefined,
    )
  }
}
