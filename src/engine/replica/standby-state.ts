import type pg from 'pg'
import { required } from '../../errors.js'

/** How far a server is with what it replays. */
export interface StandbyState {
  /** False: it is no standby, or was promoted. */
  isStandby: boolean
  /** 0: it has replayed what it received, and receives. Infinity: it has replayed nothing yet. */
  lagMs: number
}

/**
 * A standby that has replayed all that it received is not behind, however long ago the last transaction was; without a
 * receiver it may lack transactions that never reached it.
 */
export async function standbyState(pool: pg.Pool): Promise<StandbyState> {
  const { rows } = await pool.query<{ isStandby: boolean; isCaughtUp: boolean; lagMs: number | null }>(`
    SELECT
      pg_is_in_recovery() AS "isStandby",
      coalesce(pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn(), false)
        AND EXISTS (SELECT FROM pg_stat_wal_receiver WHERE pid IS NOT NULL) AS "isCaughtUp",
      (extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::float8 AS "lagMs"`)
  const { isStandby, isCaughtUp, lagMs } = required(rows[0], 'the row of a SELECT without FROM')
  return { isStandby, lagMs: isCaughtUp ? 0 : Math.max(0, lagMs ?? Infinity) }
}

/** A position in the write-ahead log, such as `0/3000148`. */
export type LogPosition = string

/** The position after everything that was committed so far, on a primary. */
export async function writtenPosition(pool: pg.Pool): Promise<LogPosition> {
  const { rows } = await pool.query<{ position: string }>(
    'SELECT pg_current_wal_insert_lsn()::text AS position',
  )
  return required(rows[0], 'the row of a SELECT without FROM').position
}

export async function hasReplayed(pool: pg.Pool, position: LogPosition): Promise<boolean> {
  const { rows } = await pool.query<{ done: boolean | null }>(
    'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS done',
    [position],
  )
  return rows[0]?.done === true
}

const clusters = new WeakMap<pg.Pool, string>()

/**
 * The same for a primary and its standbys, and for no other server; with the database, whose writes are kept apart. Asked once
 * for each pool.
 */
export async function clusterOf(pool: pg.Pool): Promise<string> {
  const known = clusters.get(pool)
  if (known !== undefined) return known
  const { rows } = await pool.query<{ system: string; database: string }>(
    'SELECT system_identifier::text AS system, current_database()::text AS database FROM pg_control_system()',
  )
  const { system, database } = required(rows[0], 'the row of pg_control_system')
  const cluster = `${system}-${encodeURIComponent(database)}`
  clusters.set(pool, cluster)
  return cluster
}
