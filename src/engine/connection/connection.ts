import type pg from 'pg'

export type Engine = 'embedded' | 'postgresql'

/** An open way to one schema of one database. Prisma and the migration runner stand on it alike. */
export interface Connection {
  readonly engine: Engine
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
    // A server's connection may be broken; the embedded one is the only one there is.
    client.release(connection.engine === 'postgresql' && error instanceof Error ? error : undefined)
    throw error
  }
}
