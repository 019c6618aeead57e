import { setTimeout as sleep } from 'node:timers/promises'
import { CtoError } from '../../errors.js'
import type { Connection } from '../connection/connection.js'
import { databaseFailure } from '../connection/failure.js'
import type { Database } from '../database.js'
import { translateError } from '../errors.js'
import { open, type DatabaseSettings } from '../open.js'
import type { ReplicaSettings } from '../settings.js'
import { keepOwnWrite, lastOwnWrite } from './own-writes.js'
import { clusterOf, hasReplayed, standbyState, writtenPosition } from './standby-state.js'

interface Reading {
  /** Of the user's own writes. */
  folder: string
  /** The standby is read; `lagMs` behind. */
  onReplica(lagMs: number): void
  /** The primary is read, and why. */
  onPrimary(reason: string): void
}

/** How long a read waits for the user's own writes, and a standby that does not answer is waited for. */
const ownWritesMs = 1000
const longestConnectMs = 3000
const pauseMs = 25

/**
 * Opens the database for a command that only reads: its standby where one is set, which must have the user's own writes and
 * must not be too far behind; otherwise, and as soon as the standby fails, the primary. The callbacks report which.
 *
 * @throws CtoError NOT_CONFIGURED where the standby is none; what `open` throws
 */
export async function openForReading(settings: DatabaseSettings, reading: Reading): Promise<Database> {
  const replica = settings.at.engine === 'postgresql' ? settings.at.server.replica : null
  if (!replica) return open(settings, 'read')
  const openPrimary = (reason: string) => {
    reading.onPrimary(reason)
    return open(settings, 'read')
  }
  let database: Database
  try {
    database = await open(settingsOf(settings, replica), 'read')
  } catch (error) {
    if (mayMove(error)) return openPrimary(reasonOf(error))
    throw error
  }
  const objection = await objectionTo(database, replica, reading).catch(async (error: unknown) => {
    await database.close()
    throw error
  })
  if (objection === null) return movingTo(openPrimary, database)
  await database.close()
  return openPrimary(objection)
}

/** After a write: from here on reads from a standby wait for it. */
export async function noteOwnWrites({ tables: { connection } }: Database, folder: string): Promise<void> {
  const { pool, target } = connection
  try {
    await keepOwnWrite(folder, await clusterOf(pool), await writtenPosition(pool))
  } catch (error) {
    throw translateError(error, target)
  }
}

function settingsOf(settings: DatabaseSettings, { server }: ReplicaSettings): DatabaseSettings {
  const connectTimeoutMs = Math.min(server.limits.connectTimeoutMs || longestConnectMs, longestConnectMs)
  const limits = { ...server.limits, connectTimeoutMs }
  return {
    ...settings,
    at: { engine: 'postgresql', server: { ...server, limits } },
    limits,
    readOnly: true,
    retriesReads: false,
  }
}

/** Why the standby cannot be read from now; null, after reporting its lag, where it can. */
async function objectionTo(
  { tables: { connection } }: Database,
  { maxLagMs }: ReplicaSettings,
  { folder, onReplica }: Reading,
): Promise<string | null> {
  try {
    const { isStandby, lagMs } = await standbyState(connection.pool)
    if (!isStandby) throw noStandby(connection)
    if (lagMs === Infinity) return 'the replica has replayed nothing yet'
    if (lagMs > maxLagMs)
      return `the replica is ${(lagMs / 1000).toFixed(1)} s behind, more than READ_MAX_LAG`
    if (!(await hasOwnWrites(connection, folder))) return 'the replica does not have your last write yet'
    onReplica(lagMs)
    return null
  } catch (error) {
    const failure = translateError(error, connection.target)
    if (mayMove(failure)) return reasonOf(failure)
    throw failure
  }
}

async function hasOwnWrites({ pool }: Connection, folder: string): Promise<boolean> {
  const last = await lastOwnWrite(folder, await clusterOf(pool))
  if (last === null) return true
  for (let waitedMs = 0; waitedMs <= ownWritesMs; waitedMs += pauseMs) {
    if (await hasReplayed(pool, last)) return true
    await sleep(pauseMs)
  }
  return false
}

/** The standby, until it fails: then the work that failed is done again on the primary, and all that follows. */
function movingTo(openPrimary: (reason: string) => Promise<Database>, replica: Database): Database {
  let current = replica
  const run = async <T>(work: (database: Database) => Promise<T>, mayRepeat: () => boolean): Promise<T> => {
    try {
      return await work(current)
    } catch (error) {
      if (current !== replica || !mayRepeat() || !mayMove(error)) throw error
      current = await openPrimary(reasonOf(error))
      return work(current)
    }
  }
  return {
    ...replica,
    read: (work, options) =>
      run(
        (database) => database.read(work, options),
        () => true,
      ),
    snapshot: (work, options) => run((database) => database.snapshot(work, options), options.mayRepeat),
    close: async () => {
      if (current !== replica) await current.close()
      await replica.close()
    },
  }
}

/** The standby is down, still starting, cancelled the query to replay, or lacks tables that the primary has. */
function mayMove(error: unknown): boolean {
  if (!(error instanceof CtoError)) return false
  return ['UNREACHABLE', 'BUSY', 'NO_TABLES', 'SCHEMA_OLDER'].includes(error.code)
}

function reasonOf(error: unknown): string {
  if (databaseFailure(error).code === conflict) return 'the replica cancelled the query to keep up'
  return error instanceof CtoError ? `the replica: ${error.message}` : String(error)
}

/** SQLSTATE of a query that stood in the way of what a standby replays. */
const conflict = '40001'

function noStandby({ target }: Connection): CtoError {
  return new CtoError('NOT_CONFIGURED', 'READ_DATABASE_URL does not lead to a standby', {
    reason: `${target} accepts writes; it may have been promoted`,
    hint: 'name a standby in READ_DATABASE_URL, unset it, or add --primary',
  })
}
