import { setTimeout as sleep } from 'node:timers/promises'
import { CtoError } from '../../errors.js'
import type { Connection } from '../connection/connection.js'
import { databaseFailure } from '../connection/failure.js'
import type { Database } from '../database.js'
import { translateError } from '../errors.js'
import { open, type DatabaseSettings } from '../open.js'
import type { ReplicaSettings } from '../settings.js'
import { lastOwnWrite } from './own-writes.js'
import { clusterOf, hasReplayed, standbyState } from './standby-state.js'

export interface Reading {
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

/** What `open` throws, it throws too. */
export function openStandby(settings: DatabaseSettings, { server }: ReplicaSettings): Promise<Database> {
  const connectTimeoutMs = Math.min(server.limits.connectTimeoutMs || longestConnectMs, longestConnectMs)
  const limits = { ...server.limits, connectTimeoutMs }
  const at = { engine: 'postgresql' as const, server: { ...server, limits } }
  return open({ ...settings, at, limits, readOnly: true, retriesReads: false }, 'read')
}

/**
 * Why the standby cannot be read from now; null, after reporting its lag, where it can.
 *
 * @throws CtoError NOT_CONFIGURED where it is no standby
 */
export async function objectionTo(
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

/**
 * For a command that reads a standby and nothing else: how many ms it is behind.
 *
 * @throws CtoError NOT_CONFIGURED where it is no standby, BUSY where it is too far behind
 */
export async function lagOfStandby(
  { tables: { connection } }: Pick<Database, 'tables'>,
  maxLagMs: number,
): Promise<number> {
  const { isStandby, lagMs } = await standbyState(connection.pool).catch((error: unknown) => {
    throw translateError(error, connection.target)
  })
  if (!isStandby) throw noStandby(connection)
  if (lagMs <= maxLagMs) return lagMs
  throw new CtoError('BUSY', 'the standby is too far behind', {
    reason:
      lagMs === Infinity
        ? 'it has replayed nothing yet'
        : `${(lagMs / 1000).toFixed(1)} s, more than READ_MAX_LAG`,
    hint: 'try again later, or leave out --replica',
  })
}

/** Explains an error by which a standby cancels a query in order to replay; returns other errors unchanged. */
export function conflictWithRecovery(error: unknown): unknown {
  if (databaseFailure(error).code !== conflict) return error
  return new CtoError('BUSY', 'the standby cancelled the query in order to replay the primary', {
    reason: databaseFailure(error).message,
    hint: 'set hot_standby_feedback or a longer max_standby_streaming_delay there, or leave out --replica',
    cause: error,
  })
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

/** Runs work on the database that it chooses; `mayRepeat`: the work may run again on another one. */
export type Run = <T>(work: (database: Database) => Promise<T>, mayRepeat: () => boolean) => Promise<T>

/** The database with its reads run in another way. */
export function readingBy(run: Run, database: Database): Database {
  return {
    ...database,
    read: (work, options) =>
      run(
        (chosen) => chosen.read(work, options),
        () => true,
      ),
    snapshot: (work, options) => run((chosen) => chosen.snapshot(work, options), options.mayRepeat),
  }
}

/** The standby is down, still starting, cancelled the query to replay, or lacks tables that the primary has. */
export function mayMove(error: unknown): boolean {
  if (!(error instanceof CtoError)) return false
  return ['UNREACHABLE', 'BUSY', 'NO_TABLES', 'SCHEMA_OLDER'].includes(error.code)
}

export function reasonOf(error: unknown): string {
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
