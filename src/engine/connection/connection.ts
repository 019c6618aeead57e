import type pg from 'pg'

export type Engine = 'embedded' | 'postgresql'

/** How ways to a database differ. Code asks for these; the engine's name is only for display. */
export interface Capabilities {
  /** `COPY … FROM STDIN` works as a statement (see copy-in.ts). */
  readonly canCopy: boolean
  /** A statement holds the event loop of this process, signals and timers included: none may run longer than a second. */
  readonly blocksTheLoop: boolean
  /** A connection that broke can be replaced by another. */
  readonly canReconnect: boolean
  /** After a COMMIT without an answer, another connection can ask whether the transaction was committed. */
  readonly canAskOutcome: boolean
  /** `pg_stat_ssl` describes the whole way from this process to the server. */
  readonly canSeeEncryption: boolean
  /** Other clients can be connected at the same time: sessions, roles and settings of a server are worth a look. */
  readonly hasOtherSessions: boolean
  /** PostgreSQL's cumulative statistics outlive this process. */
  readonly keepsStatistics: boolean
}

/** An open way to one schema of one database. Prisma and the migration runner use it alike. */
export interface Connection {
  /** For display. */
  readonly engine: Engine
  readonly capabilities: Capabilities
  /** What `--confirm` has to name: the database of a server, or "embedded". */
  readonly name: string
  /** `$CTO_HOME` of the embedded database; null for a server. */
  readonly folder: string | null
  readonly pool: pg.Pool
  readonly schema: string
  /** True where a pooler keeps no session state, so that every unit of work sets its own. */
  readonly pooled: boolean
  /** Whether PostgreSQL itself refuses every write. */
  readonly readOnly: boolean
  /** `embedded <folder>` or `user@host:port/database`; never a password. */
  readonly target: string
  /** Whether opening it created the database: the embedded one, the first time. */
  readonly created: boolean
  /**
   * Copies the data as they are now, for a way back to the version before a migration. Null where this process does not
   * own the data: then opening migrates nothing on its own.
   */
  readonly keepCopy: (() => Promise<void>) | null
  close(): Promise<void>
}

/** An identifier as PostgreSQL reads it back, whatever characters it has. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** The value of lock_timeout: PostgreSQL takes 0 for ever, where our 0 is not at all. Absent: for ever. */
export function lockTimeout(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '0' : String(Math.max(1, milliseconds))
}

/** `work` in a transaction whose search path is our schema and whose statements may take their time. */
export async function inTransaction<T>(
  connection: Connection,
  work: (client: pg.PoolClient) => Promise<T>,
  end: 'COMMIT' | 'ROLLBACK' = 'COMMIT',
): Promise<T> {
  const client = await connection.pool.connect()
  try {
    await client.query(connection.readOnly ? 'BEGIN READ ONLY' : 'BEGIN')
    await client.query(
      "SELECT set_config('search_path', $1, true), set_config('statement_timeout', '0', true)",
      [quoteIdentifier(connection.schema)],
    )
    const result = await work(client)
    await client.query(end)
    client.release()
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    client.release(connection.capabilities.canReconnect && error instanceof Error ? error : undefined)
    throw error
  }
}
