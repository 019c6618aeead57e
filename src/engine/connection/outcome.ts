import type pg from 'pg'
import { CtoError, required } from '../../errors.js'
import { withRetry } from './retry.js'

/* What became of a transaction whose COMMIT had no answer. */

/** The id of the current transaction, by which another connection can query its outcome. */
export async function transactionId(client: pg.ClientBase): Promise<string> {
  // Not …_if_assigned: on a cluster that is null when only workers were written to.
  const { rows } = await client.query<{ id: string }>('SELECT pg_current_xact_id()::text AS id')
  return required(rows[0], 'the row of a SELECT without FROM').id
}

/** How long an interrupted command looks for the outcome: with the time to cut connections, less than it has to clean up. */
const interruptedMs = 3500

/** Also accepted after the signal, see `refuseOnceAborted`. */
export const outcomeStatement = 'SELECT pg_xact_status($1::xid8) AS status'

/**
 * Retries, since the server may still be committing or restarting.
 *
 * @throws CtoError UNREACHABLE if the outcome stays unknown; after the signal, one with the code of its reason
 */
export async function wasCommitted(
  pool: pg.Pool,
  transaction: string | null,
  signal?: AbortSignal,
): Promise<boolean> {
  if (transaction === null) return false
  const ask = async () => {
    const { rows } = await pool.query<{ status: string | null }>(outcomeStatement, [transaction])
    const status = rows[0]?.status
    if (status !== 'committed' && status !== 'aborted') throw new Error('still in progress')
    return status === 'committed'
  }
  try {
    return await Promise.race([withRetry(ask, { mayRepeat: () => true }), endOfPatience(signal)])
  } catch (cause) {
    const interruption: unknown = signal?.aborted ? signal.reason : null
    const code = interruption instanceof CtoError ? interruption.code : 'UNREACHABLE'
    throw new CtoError(code, 'the connection broke while the change was being stored', {
      reason: 'it may or may not have been stored',
      hint: 'check whether it was stored before you try again',
      cause,
    })
  }
}

/** Rejects some time after the signal; never without one. */
function endOfPatience(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const wait = () => {
      setTimeout(() => {
        reject(new Error('no answer in time'))
      }, interruptedMs).unref()
    }
    if (signal?.aborted) wait()
    else signal?.addEventListener('abort', wait, { once: true })
  })
}
