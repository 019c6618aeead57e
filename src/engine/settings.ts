import type { ConnectionOptions } from 'node:tls'

/**
 * The trusted settings with which the engine opens a database. src/settings makes them from flags, variables, URLs and
 * files. This file holds only types, so that `settings` can name them without loading the engine.
 */
export interface DatabaseAccess {
  at: { engine: 'postgresql'; server: ServerSettings } | { engine: 'embedded'; embedded: EmbeddedPlace }
  limits: ConnectionLimits
  /** A protected profile without `--write`. */
  readOnly: boolean
  /** How long to wait for a lock that another process holds. */
  lockTimeoutMs: number
  /** The domain or id of the workspace to enter; null for none. */
  workspace: string | null
  /** How the user takes the workspace out of the settings, should the database not have it; absent: it is named on the line. */
  workspaceFix?: string | undefined
  /** A URL, variable or file names the schema, be it that which is used without. */
  namesSchema?: boolean | undefined
}

/** A connection to one schema on a server. */
export interface ServerSettings {
  host: string
  port: number
  database: string
  user: string
  password: string | undefined
  schema: string
  /** The connection goes through a transaction-mode pooler: no session state, no start-up options. */
  pooled: boolean
  tls: TlsSettings
  /** For migrations where `pooled`; null when the same URL serves. */
  direct: ServerSettings | null
  /** For commands that only read; null if no standby is set. */
  replica: ReplicaSettings | null
  limits: ConnectionLimits
}

/** A hot standby. */
export interface ReplicaSettings {
  server: ServerSettings
  /** Further behind, reads use the primary. */
  maxLagMs: number
}

export interface EmbeddedPlace {
  /** Absolute path of `$CTO_HOME`: holds the data folder, its lock and the record of its format. */
  home: string
  schema: string
}

/** `prefer` encrypts if the server can; the options are those of Node's TLS. */
export type TlsSettings = { mode: 'disable' } | { mode: 'prefer' | 'require'; options: ConnectionOptions }

export interface ConnectionLimits {
  /** At least 1. */
  max: number
  min: number
  connectTimeoutMs: number
  poolTimeoutMs: number
  queryTimeoutMs: number
  slowQueryMs: number
}
