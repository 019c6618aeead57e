import type pg from 'pg'
import type { RowLimits } from '../../domain/workspace.js'
import type { CopyText } from './copy-text.js'

export type Engine = 'embedded' | 'postgresql'

/** The differences between kinds of connections. Code checks these; the engine's name is only for display. */
export interface Capabilities {
  /** `COPY … FROM STDIN` works as a statement (see copy-in.ts). */
  readonly canCopy: boolean
  /** A statement blocks the event loop of this process, signals and timers included: none may run longer than a second. */
  readonly blocksTheLoop: boolean
  /** A broken connection can be replaced by another. */
  readonly canReconnect: boolean
  /** After a COMMIT without an answer, another connection can query whether the transaction was committed. */
  readonly canAskOutcome: boolean
  /** `pg_stat_ssl` describes the whole connection from this process to the server, without a pooler between. */
  readonly canSeeEncryption: boolean
  /** Other clients can be connected at the same time: sessions, roles and settings of a server are worth a look. */
  readonly hasOtherSessions: boolean
  /** PostgreSQL's cumulative statistics outlive this process. */
  readonly keepsStatistics: boolean
  /** PostgreSQL itself brings the planner's statistics up to date. */
  readonly hasAutovacuum: boolean
}

/** An open connection to one schema of one database. Prisma and the migration runner both use it. */
export interface Connection {
  /** For display. */
  readonly engine: Engine
  readonly capabilities: Capabilities
  /** The value that `--confirm` must have: the database of a server, or "embedded". */
  readonly name: string
  /** `$CTO_HOME` of the embedded database; null for a server. */
  readonly folder: string | null
  readonly pool: pg.Pool
  /** Rows in and out as text, in bulk. */
  readonly copy: CopyText
  readonly schema: string
  /** The domain of the workspace whose schema it is; null if none is chosen. */
  readonly workspace: string | null
  /** How many records of a kind the workspace may hold; null without a workspace. */
  readonly rowLimits: RowLimits | null
  /** The role that owns the workspace, as which all work is done; null: the login itself. */
  readonly role: string | null
  /** Through a transaction-mode pooler. */
  readonly pooled: boolean
  /**
   * False if every unit of work sets search path, role and timeouts itself: a pooler keeps no session state, and the
   * session of the embedded database is not that of the schema.
   */
  readonly keepsSession: boolean
  /** Whether PostgreSQL itself rejects every write. */
  readonly readOnly: boolean
  /** `embedded <folder>` or `user@host:port/database`; never a password. */
  readonly target: string
  /** Whether opening created the database: only the embedded one, on first use. */
  readonly created: boolean
  /**
   * Copies the data before a migration, so that the user can return to the previous version. Null if this process does not
   * own the data: then opening does not migrate.
   */
  readonly keepCopy: (() => Promise<void>) | null
  /**
   * Ends the statement that runs, and every later one fails with the reason: for an engine whose statements have no
   * timeout. Null where PostgreSQL's own settings limit them, or nothing can.
   */
  readonly interrupt: ((reason: Error) => void) | null
  close(): Promise<void>
}

/** Quotes an identifier, whatever characters it has. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** The value of lock_timeout. PostgreSQL's 0 waits without limit, while our 0 does not wait. Absent: no limit. */
export function lockTimeout(milliseconds: number | undefined): string {
  return milliseconds === undefined ? '0' : String(Math.max(1, milliseconds))
}

export interface TransactionOptions {
  end?: 'COMMIT' | 'ROLLBACK'
  /** All statements see the database as it was at the first, and none may write. */
  snapshot?: boolean
}

/** Runs `work` in a transaction with our schema as the search path, as the role of the connection, without a statement timeout. */
export async function inTransaction<T>(
  connection: Connection,
  work: (client: pg.PoolClient) => Promise<T>,
  { end = 'COMMIT', snapshot = false }: TransactionOptions = {},
): Promise<T> {
  const client = await connection.pool.connect()
  try {
    const isolation = snapshot ? ' ISOLATION LEVEL REPEATABLE READ' : ''
    await client.query(`BEGIN${isolation}${connection.readOnly || snapshot ? ' READ ONLY' : ''}`)
    await client.query(
      "SELECT set_config('search_path', $1, true), set_config('statement_timeout', '0', true)",
      [quoteIdentifier(connection.schema)],
    )
    if (connection.role !== null && !connection.keepsSession)
      await client.query(`SET LOCAL ROLE ${quoteIdentifier(connection.role)}`)
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
