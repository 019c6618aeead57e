import type { ConnectionOptions } from 'node:tls'

/**
 * What the engine is given to reach a database: trusted, made by src/settings, which reads flags, variables, URLs and
 * files. This file holds types alone, so that `settings` can name them without loading the engine.
 */
export interface DatabaseAccess {
  at: { engine: 'postgresql'; server: ServerSettings } | { engine: 'embedded'; embedded: EmbeddedPlace }
  limits: ConnectionLimits
  /** A protected profile without `--write`. */
  readOnly: boolean
  /** How long to wait for what another process has locked. */
  lockTimeoutMs: number
}

/** One way to one schema on a server. */
export interface ServerSettings {
  host: string
  port: number
  database: string
  user: string
  password: string | undefined
  schema: string
  /** A transaction-mode pooler stands between: no session state, no start-up options. */
  pooled: boolean
  tls: TlsSettings
  /** For migrations where `pooled`; null when the same URL serves. */
  direct: ServerSettings | null
  limits: ConnectionLimits
}

export interface EmbeddedPlace {
  /** Absolute path of `$CTO_HOME`: holds the data folder, its lock and the record of its format. */
  home: string
  schema: string
}

/** `prefer` encrypts where the server can; the options are those of Node's TLS. */
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
