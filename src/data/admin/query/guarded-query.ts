import type pg from 'pg'
import { CtoError, UsageError, required } from '../../../errors.js'
import { quoteIdentifier, type Connection } from '../../../engine/connection/connection.js'
import type { Database } from '../../../engine/database.js'
import type { QueryColumn } from './column-values.js'
import { openGuardedCursor, openPlainCursor, type Cursor } from './cursors.js'
import { queryTimedOut, sqlFailure } from './sql-failure.js'
import { describeText, explainPrefix, prepareSession, type Explain, type Row } from './statement.js'

/*
 * A text that anybody may have written runs here, perhaps in the session of a superuser. PostgreSQL keeps it in, no parser
 * of ours:
 *
 * - The extended protocol takes one statement, and a cursor takes only one that returns rows.
 * - The transaction is read-only, which no statement can undo once one has run, and it is rolled back.
 * - The cursor is opened, and each batch fetched, inside functions of this call in pg_temp that are SECURITY DEFINER:
 *   inside one, no role can be set. They belong to the role of the session; if that is a superuser, to pg_read_all_data,
 *   which reads every table and no file; in a workspace to its owner, which reads no other. Without them a superuser's text could call
 *   set_config('role', …) and query_to_xml(…), and read or write files.
 * - What the text can set for the session (search_path) must not change a statement that follows it outside of the
 *   functions, so those statements name their schema and use no operator.
 */

export interface GuardedQuery {
  text: string
  /** The values of $1, $2, … as text; their types are those that the text implies. */
  parameters: readonly string[]
  explain?: Explain | undefined
  /** 0: no limit. Counts the time of the database, not that of the reader of the rows. */
  timeoutMs: number
  /** Rows fetched at a time. */
  batchRows: number
}

export interface QueryRows {
  columns: readonly QueryColumn[]
  batches: AsyncGenerator<readonly Row[], void>
}

/**
 * Runs one query, rolls back its effects, and returns the result of `consume` for its rows.
 *
 * @throws CtoError SQL_REJECTED with SQLSTATE and position, TIMEOUT; UsageError for a statement that returns no rows
 */
export async function runGuarded<T>(
  { tables: { connection, lockTimeoutMs } }: Database,
  query: GuardedQuery,
  consume: (rows: QueryRows) => Promise<T>,
): Promise<T> {
  const { text, parameters, explain, timeoutMs } = query
  const prefix = explainPrefix(explain)
  const client = await connection.pool.connect()
  let guard: Guard | undefined
  try {
    guard = await chooseGuard(client, connection.role)
    // Functions are created first, also in the read-only session of a protected profile.
    await client.query(guard.kind === 'functions' ? 'BEGIN READ WRITE' : 'BEGIN READ ONLY')
    await prepareSession(client, connection, lockTimeoutMs)
    if (guard.role !== null) await client.query(`SET LOCAL ROLE ${quoteIdentifier(guard.role)}`)
    const { columns, parameterTypes } = await describeText(client, prefix + text, parameters)
    if (columns === null) {
      throw new UsageError('the statement returns no rows', {
        reason: 'without --write only SELECT, VALUES, TABLE and WITH run',
        hint: 'cto db query --write runs statements that change data',
      })
    }
    const openCursor = guard.kind === 'functions' ? openGuardedCursor : openPlainCursor
    const cursor = await timed(connection, timeoutMs, () =>
      openCursor(client, {
        text: prefix + text,
        parameters,
        parameterTypes,
        columns: columns.length,
        schema: connection.schema,
        explains: explain !== undefined,
        timeoutMs,
      }),
    )
    return await consume({ columns, batches: batchesOf(connection, cursor, query) })
  } catch (error) {
    const plansAsReader = explain !== undefined && guard?.role === reader
    throw sqlFailure(error, { target: connection.target, text, offset: prefix.length, plansAsReader })
  } finally {
    // Locks of the session outlive the transaction. One message: behind a pooler the next may go to another session.
    await client.query(`ROLLBACK; ${unlock}`).catch(() => undefined)
    client.release(connection.capabilities.canReconnect)
  }
}

const unlock = 'SELECT pg_catalog.pg_advisory_unlock_all()'

interface Guard {
  kind: 'functions' | 'cursor'
  /** The functions belong to it; null: to the role of the session. */
  role: string | null
}

const reader = 'pg_read_all_data'

/**
 * Functions where they can be made. An ordinary role without the right to temporary objects, or on a standby, has a plain
 * cursor: it can set only roles that it has been given.
 *
 * @param owner of the workspace; null without one
 * @throws CtoError NOT_PERMITTED without functions in a workspace, or for a role that is a superuser or can become one
 */
async function chooseGuard(client: pg.PoolClient, owner: string | null): Promise<Guard> {
  const { rows } = await client.query<{
    superuser: boolean
    canBecome: boolean
    standby: boolean
    temporary: boolean
    database: string
  }>(
    `SELECT
      power.superuser, power."canBecome", pg_is_in_recovery() AS standby,
      has_database_privilege(
        coalesce($1, CASE WHEN power.superuser THEN $2 ELSE current_user END), current_database(), 'TEMPORARY'
      ) AS temporary,
      quote_ident(current_database()) AS database
    FROM (
      SELECT
        bool_or(rolname IN (current_user, session_user)) AS superuser,
        bool_or(pg_has_role(session_user, oid, 'MEMBER')) AS "canBecome"
      FROM pg_roles
      WHERE rolsuper
    ) power`,
    [owner, reader],
  )
  const { superuser, canBecome, standby, temporary, database } = required(rows[0], 'the row of an aggregate')
  if (temporary && !standby) return { kind: 'functions', role: owner ?? (superuser ? reader : null) }
  if (owner === null && !superuser && !canBecome) return { kind: 'cursor', role: null }
  const role = owner ?? (superuser ? reader : 'the role')
  const power = superuser ? 'superuser' : 'role that can become a superuser'
  throw new CtoError(
    'NOT_PERMITTED',
    `a query cannot be run safely here ${owner === null ? `as a ${power}` : 'in a workspace'}`,
    {
      reason: standby
        ? 'a standby takes no temporary functions, in which it would run'
        : `${role}, as which it would run, may not create temporary functions`,
      hint: standby
        ? 'connect as an ordinary role, or to the primary'
        : `connect as an ordinary role, or: GRANT TEMPORARY ON DATABASE ${database} TO ${role === 'the role' ? 'it' : role}`,
    },
  )
}

/** Where statements have no timeout, the engine is ended. */
async function timed<T>({ interrupt }: Connection, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  if (!interrupt || timeoutMs === 0) return work()
  const timer = setTimeout(() => {
    interrupt(queryTimedOut())
  }, timeoutMs)
  try {
    return await work()
  } finally {
    clearTimeout(timer)
  }
}

/** Rows until the cursor ends; the time is that of the database, not of their reader. */
async function* batchesOf(
  connection: Connection,
  cursor: Cursor,
  { timeoutMs, batchRows }: GuardedQuery,
): AsyncGenerator<readonly Row[], void> {
  let spentMs = 0
  for (;;) {
    const startedMs = performance.now()
    const rows = await timed(connection, timeoutMs, () => cursor(batchRows))
    spentMs += performance.now() - startedMs
    if (rows.length > 0) yield rows
    if (rows.length < batchRows) return
    if (timeoutMs > 0 && spentMs > timeoutMs) throw queryTimedOut()
  }
}
