import { connectToServer } from '../connection/server.js'
import type { Database } from '../database.js'
import { translateError } from '../errors.js'
import { migrationStatus } from '../schema/migrations.js'
import type { ServerSettings } from '../settings.js'
import { clusterOf, standbyState } from './standby-state.js'
import { CtoError } from '../../errors.js'

export type ReplicaReport =
  /** It cannot be read. */
  | { failure: string }
  | {
      failure: null
      isStandby: boolean
      /** 0: up to date; Infinity: nothing was replayed yet. */
      lagMs: number
      /** It replays the primary, and has its database. */
      isOfPrimary: boolean
      /** Its schema has the tables of this version. */
      hasTables: boolean
    }

/** The state of the standby, compared with its primary. Waits no longer than `timeoutMs` for a connection and for each statement. */
export async function inspectReplica(
  { tables: { connection: primary, set } }: Pick<Database, 'tables'>,
  server: ServerSettings,
  timeoutMs: number,
): Promise<ReplicaReport> {
  const limits = { ...server.limits, connectTimeoutMs: timeoutMs, queryTimeoutMs: timeoutMs }
  try {
    const replica = await connectToServer({ ...server, limits }, { readOnly: true })
    try {
      return {
        failure: null,
        ...(await standbyState(replica.pool)),
        isOfPrimary: (await clusterOf(replica.pool)) === (await clusterOf(primary.pool)),
        hasTables: (await migrationStatus(replica, set)).state === 'current',
      }
    } finally {
      await replica.close()
    }
  } catch (error) {
    const failure = translateError(error, `${server.host}:${server.port}`)
    if (failure instanceof CtoError) return { failure: failure.message }
    throw failure
  }
}
