import pg from 'pg'
import { UsageError, required } from '../../../errors.js'
import { inTransaction } from '../../../engine/connection/connection.js'
import { isLost } from '../../../engine/connection/failure.js'
import { transactionId, wasCommitted } from '../../../engine/connection/outcome.js'
import type { Database } from '../../../engine/database.js'
import { auditStatement, type Actor, type NewAuditEntry } from '../../audit/audit.js'
import type { QueryColumn } from './column-values.js'
import { sqlFailure } from './sql-failure.js'
import { asText, describeText, explainPrefix, prepareSession, type Explain, type Row } from './statement.js'

export interface WrittenStatement {
  text: string
  /** The values of $1, $2, … as text. */
  parameters: readonly string[]
  /** 0: no limit. */
  timeoutMs: number
  /** Print its plan; it is rolled back, neither confirmed nor audited. */
  explain?: Explain | undefined
  /** Roll back at the end. */
  dryRun: boolean
  actor: Actor
}

export interface StatementOutcome {
  /** PostgreSQL's tag: `UPDATE 3`, `CREATE TABLE`. */
  tag: string
  /** Rows that it changed or returned; null for a statement without rows. */
  count: number | null
  /** Null without RETURNING. */
  columns: readonly QueryColumn[] | null
  rows: readonly Row[]
}

/** Tags of statements that would end the transaction, or change how it ends. */
const transactionControl = /^(BEGIN|START|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PREPARE TRANSACTION)\b/

/** COPY after blanks and comments: it would wait for rows, or print them past the table. */
const copy = /^(\s|--[^\n]*\n|\/\*[^]*?\*\/)*COPY\b/i

/**
 * Runs one statement and commits it, with its audit row, if `confirm` does not throw.
 *
 * @throws CtoError SQL_REJECTED, what `confirm` throws; UsageError for COMMIT and the like, and for COPY
 */
export async function runStatement(
  { tables: { connection, lockTimeoutMs, signal }, capabilities }: Database,
  { text, parameters, timeoutMs, explain, dryRun, actor }: WrittenStatement,
  {
    confirm,
    audit,
  }: {
    confirm(outcome: StatementOutcome): Promise<void>
    audit(outcome: StatementOutcome): NewAuditEntry
  },
): Promise<StatementOutcome> {
  if (copy.test(text)) {
    throw new UsageError('COPY does not run here', { hint: 'give INSERT, or run COPY in psql' })
  }
  const prefix = explainPrefix(explain)
  let ready: { outcome: StatementOutcome; transaction: string | null } | undefined
  try {
    return await inTransaction(
      connection,
      async (client) => {
        await prepareSession(client, connection, lockTimeoutMs)
        const { columns } = await describeText(client, prefix + text, parameters)
        await client.query("SELECT set_config('statement_timeout', $1, true)", [String(timeoutMs)])
        const outcome = { columns, ...(await run(client, prefix + text, parameters)) }
        if (explain) return outcome
        if (transactionControl.test(outcome.tag)) {
          throw new UsageError('the statement controls the transaction, which cto does', {
            hint: 'give the statement that changes data; it is committed when you confirm it',
          })
        }
        await confirm(outcome)
        await client.query("SELECT set_config('statement_timeout', '0', true)")
        const { text: insert, values } = auditStatement(actor, audit(outcome))
        await client.query(insert, values)
        const asks = capabilities.canAskOutcome && !dryRun
        ready = { outcome, transaction: asks ? await transactionId(client) : null }
        return outcome
      },
      { end: dryRun || explain ? 'ROLLBACK' : 'COMMIT' },
    )
  } catch (error) {
    if (ready && isLost(error)) {
      if (await wasCommitted(connection.pool, ready.transaction, signal)) return ready.outcome
      signal?.throwIfAborted()
    }
    throw sqlFailure(error, { target: connection.target, text, offset: prefix.length })
  }
}

/** A method of `pg` that its types lack. */
interface CompletedQuery {
  handleCommandComplete(message: { text: string }, connection: unknown): void
}

async function run(
  client: pg.PoolClient,
  text: string,
  parameters: readonly string[],
): Promise<Omit<StatementOutcome, 'columns'>> {
  let tag: string | undefined
  const result = await new Promise<pg.QueryArrayResult<Row>>((resolve, reject) => {
    const query = new pg.Query({ ...asText, text, values: [...parameters] }, (error, found) => {
      if (error) reject(error)
      else resolve(found)
    })
    // `pg` keeps the first word of the tag alone.
    const wire = query as unknown as CompletedQuery
    const complete = wire.handleCommandComplete.bind(query)
    wire.handleCommandComplete = (message, connection) => {
      tag = message.text
      complete(message, connection)
    }
    client.query(query)
  })
  return { tag: required(tag, 'the tag of a statement'), count: result.rowCount, rows: result.rows }
}
