import { CtoError } from '../errors.js'
import { prismaOver } from './client.js'
import type { Client, Db } from './client.js'
import { lockTimeout, quoteIdentifier } from './connection/connection.js'
import type { Capabilities, Connection, Engine } from './connection/connection.js'
import { translateError } from './errors.js'
import { isLost, isTransient } from './connection/failure.js'
import { withRetry } from './connection/retry.js'
import { Prisma } from './generated/client.js'
import type { MigrationSet } from './schema/migration-set.js'
import type { ConnectionLimits } from './settings.js'

export interface ReadOptions {
  /** For each statement, in ms, instead of the usual timeout. The embedded database ends none. */
  timeoutMs?: number | undefined
}

export interface WriteOptions {
  /** Do everything, then roll back. */
  dryRun?: boolean | undefined
  /** Cannot be repeated: its input is consumed on the way. */
  long?: boolean | undefined
}

/** An open database. Every unit of work goes through `read`, `snapshot` or `write`, which alone begin transactions. */
export interface Database {
  /** For display. */
  readonly engine: Engine
  readonly target: string
  /** What `--confirm` has to name. */
  readonly name: string
  readonly capabilities: Capabilities
  /** For functions that create, inspect and drop the tables; a token to everybody else. */
  readonly tables: Tables
  /** Statements that change nothing; repeated when the connection breaks. */
  read<T>(work: (db: Db) => Promise<T>, options?: ReadOptions): Promise<T>
  /** Statements that see one moment, in a transaction; repeated as long as `mayRepeat` says so. */
  snapshot<T>(work: (tx: Db) => Promise<T>, options: { mayRepeat(): boolean }): Promise<T>
  /** One transaction: all of it or nothing. */
  write<T>(work: (tx: Db) => Promise<T>, options?: WriteOptions): Promise<T>
  close(): Promise<void>
}

/** A schema, in whatever state its tables are, and the migrations of this version. */
export interface Tables {
  readonly connection: Connection
  readonly set: MigrationSet
  readonly lockTimeoutMs: number
  now(): Date
}

interface DatabaseOptions extends Omit<Tables, 'connection'> {
  limits: ConnectionLimits
  readOnly: boolean
  signal?: AbortSignal | undefined
  onQuery?: ((sql: string, durationMs: number) => void) | undefined
}

/** Carries the result of a dry run out of the transaction that it rolls back. */
class DryRunDone extends Error {}

export function databaseOver(connection: Connection, options: DatabaseOptions): Database {
  const { limits, signal } = options
  const { set, lockTimeoutMs, now } = options
  let client: Client | undefined
  const prisma = () =>
    (client ??= prismaOver(connection, { maxWaitMs: limits.poolTimeoutMs, onQuery: options.onQuery }))
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
    capabilities: connection.capabilities,
    tables: { connection, set, lockTimeoutMs, now },
    read: (work, { timeoutMs } = {}) =>
      translated(() =>
        withRetry(
          () =>
            connection.pooled || timeoutMs !== undefined
              ? prisma().$transaction((tx) => inSession(tx, work, timeoutMs))
              : work(prisma()),
          { mayRepeat: isTransient, signal },
        ),
      ),
    snapshot: (work, { mayRepeat }) =>
      translated(() =>
        withRetry(
          () =>
            prisma().$transaction((tx) => inSession(tx, work), {
              isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead,
            }),
          { mayRepeat: (error) => mayRepeat() && isTransient(error), signal },
        ),
      ),
    write: (work, writeOptions = {}) =>
      translated(() =>
        withRetry(
          () =>
            writeOnce(prisma(), { ...connection.capabilities, signal, options: writeOptions }, (tx) =>
              inSession(tx, work, 0),
            ),
          { mayRepeat: (error) => !writeOptions.long && isTransient(error), signal },
        ),
      ),
    close: async () => {
      await client?.$disconnect()
      await connection.close()
    },
  }

  /**
   * Through a pooler a session is nobody's: what it must be like is said in every transaction. A statement that waits for
   * what another holds is not slow, and PostgreSQL counts both alike: it may take as long as the waits, each of which
   * lock_timeout ends.
   */
  async function inSession<T>(tx: Db, work: (tx: Db) => Promise<T>, timeoutMs?: number): Promise<T> {
    const timeout = String(timeoutMs ?? limits.queryTimeoutMs)
    if (connection.pooled) {
      const path = quoteIdentifier(connection.schema)
      await tx.$queryRaw`
        SELECT
          set_config('search_path', ${path}, true),
          set_config('statement_timeout', ${timeout}, true),
          set_config('lock_timeout', ${lockTimeout(lockTimeoutMs)}, true),
          CASE WHEN ${options.readOnly}::boolean THEN set_config('transaction_read_only', 'on', true) END`
    } else if (timeoutMs !== undefined) {
      await tx.$queryRaw`SELECT set_config('statement_timeout', ${timeout}, true)`
    }
    return work(tx)
  }
}

interface WriteOnce extends Pick<Capabilities, 'canAskOutcome'> {
  signal: AbortSignal | undefined
  options: WriteOptions
}

/**
 * One try of a write. When the connection breaks while it commits, the outcome is unknown: then the server is asked
 * what became of the transaction, so that it is neither lost nor done twice.
 */
async function writeOnce<T>(
  prisma: Client,
  { canAskOutcome, signal, options }: WriteOnce,
  work: (tx: Db) => Promise<T>,
): Promise<T> {
  let outcome: { result: T; transaction: string | null } | undefined
  try {
    return await prisma.$transaction(async (tx) => {
      const result = await work(tx)
      signal?.throwIfAborted()
      const transaction = canAskOutcome && !options.dryRun ? await transactionId(tx) : null
      outcome = { result, transaction }
      if (options.dryRun) throw new DryRunDone()
      return result
    })
  } catch (error) {
    if (outcome && error instanceof DryRunDone) return outcome.result
    if (outcome && isLost(error)) {
      if (await wasCommitted(prisma, outcome.transaction)) return outcome.result
    }
    throw error
  }
}

async function transactionId(tx: Db): Promise<string | null> {
  // Not the …_if_assigned: on a cluster that one is null where only workers were written to.
  const [row] = await tx.$queryRaw<{ id: string }[]>`SELECT pg_current_xact_id()::text AS id`
  return row?.id ?? null
}

/** The server may still be at it, or be starting again. @throws CtoError UNREACHABLE when nobody can tell */
async function wasCommitted(prisma: Client, transaction: string | null): Promise<boolean> {
  if (transaction === null) return false
  const ask = async () => {
    const [row] = await prisma.$queryRaw<
      { status: string | null }[]
    >`SELECT pg_xact_status(${transaction}::xid8) AS status`
    if (row?.status !== 'committed' && row?.status !== 'aborted') throw new Error('still in progress')
    return row.status === 'committed'
  }
  try {
    return await withRetry(ask, { mayRepeat: () => true })
  } catch (cause) {
    throw new CtoError('UNREACHABLE', 'the connection broke while the change was being stored', {
      reason: 'it may or may not have been stored',
      hint: 'look before you try again',
      cause,
    })
  }
}
