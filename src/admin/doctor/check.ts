import type { Db } from '../../engine/client.js'
import type { Database } from '../../engine/database.js'
import type { Way } from '../../engine/inspection.js'
import type { ReplicaSettings } from '../../engine/settings.js'
import type { FindingSeverity } from '../../domain/finding.js'
import type { Verdict } from './verdict.js'

/** One question to the database, with what a healthy one answers. */
export interface Check {
  /** `store.bloat`: the area, a dot, a name. */
  id: string
  /** The severity of its usual finding. */
  severity: FindingSeverity
  examine(patient: Patient): Promise<Verdict>
}

/** The database as checks see it. */
export interface Patient {
  database: Database
  way: Way
  /** The host of the server as it was given; null for the embedded database. */
  host: string | null
  /** Whether DIRECT_URL is set. */
  hasDirectUrl: boolean
  /** The standby of READ_DATABASE_URL; null if none is set. */
  replica: ReplicaSettings | null
  /** The folder of the archives that `db backup` writes without an argument; null where it is not known. */
  backups: string | null
  /** Look at everything, however long it takes. */
  deep: boolean
  /** Milliseconds from which a query is slow. */
  slowQueryMs: number
  now: Date
  /** A unit of work whose statements are bounded. */
  ask<T>(work: (db: Db) => Promise<T>): Promise<T>
}
