import type { Client, Db } from './client.js'
import { lockTimeout, quoteIdentifier } from './connection/connection.js'
import type { Capabilities, Connection, Engine } from './connection/connection.js'
import { translateError } from './errors.js'
import { isLost, isTransient } from './connection/failure.js'
import { wasCommitted } from './connection/outcome.js'
import { withRetry } from './connection/retry.js'
import { stallLimits } from './connection/stalled.js'
import { startMeter, type Counters, type Meter } from './meter.js'
import { rawReads } from './raw-reads.js'
import type { MigrationSet } from './schema/migration-set.js'
import { requireWithinLimits } from './registry/row-limits.js'
import type { ConnectionLimits } from './settings.js'

export interface ReadOptions {
  /** Timeout of each statement, in ms, instead of the usual one. The embedded database has no timeouts. */
  timeoutMs?: number | undefined
}

export interface WriteOptions {
  /** Perform the whole write, then roll it back. */
  dryRun?: boolean | undefined
  /** Cannot be retried: the work consumes its input. */
  long?: boolean | undefined
}

/** An open database. Only `read`, `snapshot` and `write` begin transactions; every unit of work goes through them. */
export interface Database {
  /** For display. */
  readonly engine: Engine
  readonly target: string
  /** The value that `--confirm` must have. */
  readonly name: string
  /** The domain of the workspace in use; null if none is chosen. */
  readonly workspace: string | null
  /** Whether an operator entered the workspace: rows that its people wrote may not use what only the operator has. */
  readonly enteredByOperator: boolean
  readonly capabilities: Capabilities
  /** For functions that create, inspect and drop the tables; an opaque token to all other code. */
  readonly tables: Tables
  /** Runs statements that change nothing; retried when the connection breaks. */
  read<T>(work: (db: Db) => Promise<T>, options?: ReadOptions): Promise<T>
  /** Runs statements on one snapshot, in a transaction; retried while `mayRepeat` returns true. */
  snapshot<T>(work: (tx: Db) => Promise<T>, options: { mayRepeat(): boolean }): Promise<T>
  /** Runs one transaction: all or nothing. */
  write<T>(work: (tx: Db) => Promise<T>, options?: WriteOptions): Promise<T>
  /** What was asked of the database so far. */
  counters(): Counters
  close(): Promise<void>
}

/** A schema, whatever the state of its tables, and the migrations of this version. */
export interface Tables {
  readonly connection: Connection
  readonly set: MigrationSet
  readonly lockTimeoutMs: number
  /** Interrupts the command. */
  readonly signal?: AbortSignal | undefined
  now(): Date
}

interface DatabaseOptions extends Omit<Tables, 'connection'> {
  limits: ConnectionLimits
  readOnly: boolean
  /** False: reads are not retried here, since the caller has another server to turn to. */
  retriesReads?: boolean | undefined
  meter?: Meter | undefined
}

/** Carries the result of a dry run out of the transaction that it rolls back. */
class DryRunDone extends Error {}

export function databaseOver(connection: Connection, options: DatabaseOptions): Database {
  const { limits, signal, retriesReads = true } = options
  const { set, lockTimeoutMs, now, meter = startMeter(limits) } = options
  let client: Promise<Client> | undefined
  const prisma = () => (client ??= startPrisma(connection, limits))
  const reads = rawReads(connection, prisma)
  const { silenceMs, patienceMs } = stallLimits(limits)
  const retry = { signal, onRetry: meter.retried }
  // Once a server has answered neither a statement nor the question about it, a retry would only double the wait.
  const retryRead = { ...retry, withinMs: silenceMs + patienceMs }
  const translated = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw translateError(error, connection.target)
    }
  }
  return {
    engine: connection.engine,
    target: connection.target,
    name: connection.name,
    workspace: connection.workspace,
    enteredByOperator: connection.role !== null,
    capabilities: connection.capabilities,
    tables: { connection, set, lockTimeoutMs, signal, now },
    read: (work, { timeoutMs } = {}) =>
      translated(() =>
        withRetry(
          () =>
            !connection.keepsSession || timeoutMs !== undefined
              ? reads.transaction((tx) => inSession(tx, work, timeoutMs))
              : work(reads.db),
          { ...retryRead, mayRepeat: (error) => retriesReads && isTransient(error) },
        ),
      ),
    snapshot: (work, { mayRepeat }) =>
      translated(() =>
        withRetry(() => reads.transaction((tx) => inSession(tx, work), 'REPEATABLE READ'), {
          ...retryRead,
          mayRepeat: (error) => retriesReads && mayRepeat() && isTransient(error),
        }),
      ),
    write: (work, writeOptions = {}) =>
      translated(() =>
        withRetry(
          async () =>
            writeOnce(await prisma(), { connection, signal, options: writeOptions }, (tx) =>
              inSession(tx, (inside) => workWithinLimits(inside, work), 0),
            ),
          { ...retry, mayRepeat: (error) => !writeOptions.long && isTransient(error) },
        ),
      ),
    counters: meter.counters,
    close: async () => {
      await reads.close()
      await (await client)?.$disconnect()
      await connection.close()
    },
  }

  async function workWithinLimits<T>(tx: Db, work: (tx: Db) => Promise<T>): Promise<T> {
    const result = await work(tx)
    await requireWithinLimits(tx, connection)
    return result
  }

  /**
   * Where the connection keeps no session of ours, every transaction sets its state. PostgreSQL's statement timeout also
   * counts the time that a statement waits for locks, so a write has none: lock_timeout limits each wait.
   */
  async function inSession<T>(tx: Db, work: (tx: Db) => Promise<T>, timeoutMs?: number): Promise<T> {
    const timeout = String(timeoutMs ?? limits.queryTimeoutMs)
    if (!connection.keepsSession) {
      const path = quoteIdentifier(connection.schema)
      await tx.$queryRaw`
        SELECT
          set_config('search_path', ${path}, true),
          set_config('statement_timeout', ${timeout}, true),
          set_config('lock_timeout', ${lockTimeout(lockTimeoutMs)}, true),
          CASE WHEN ${options.readOnly}::boolean THEN set_config('transaction_read_only', 'on', true) END,
          CASE WHEN ${connection.role}::text IS NOT NULL THEN set_config('role', ${connection.role}, true) END`
    } else if (timeoutMs !== undefined) {
      await tx.$queryRaw`SELECT set_config('statement_timeout', ${timeout}, true)`
    }
    return work(tx)
  }
}

async function startPrisma(connection: Connection, { poolTimeoutMs }: ConnectionLimits): Promise<Client> {
  const { prismaOver } = await import('./client.js')
  return prismaOver(connection, { maxWaitMs: poolTimeoutMs })
}

interface WriteOnce {
  connection: Connection
  signal: AbortSignal | undefined
  options: WriteOptions
}

/**
 * One attempt of a write. When the connection breaks during the commit, the outcome is unknown: then the server is queried
 * for the state of the transaction, so that it is neither lost nor repeated.
 */
async function writeOnce<T>(
  prisma: Client,
  { connection, signal, options }: WriteOnce,
  work: (tx: Db) => Promise<T>,
): Promise<T> {
  let outcome: { result: T; transaction: string | null } | undefined
  try {
    return await prisma.$transaction(async (tx) => {
      const result = await work(tx)
      signal?.throwIfAborted()
      const transaction =
        connection.capabilities.canAskOutcome && !options.dryRun ? await transactionId(tx) : null
      outcome = { result, transaction }
      if (options.dryRun) throw new DryRunDone()
      return result
    })
  } catch (error) {
    if (outcome && error instanceof DryRunDone) return outcome.result
    if (outcome && isLost(error)) {
      if (await wasCommitted(connection.pool, outcome.transaction, signal)) return outcome.result
      signal?.throwIfAborted()
    }
    throw error
  }
}

async function transactionId(tx: Db): Promise<string | null> {
  // Not …_if_assigned: on a cluster that is null when only workers were written to.
  const [row] = await tx.$queryRaw<{ id: string }[]>`SELECT pg_current_xact_id()::text AS id`
  return row?.id ?? null
}
