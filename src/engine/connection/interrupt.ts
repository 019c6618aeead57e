import type pg from 'pg'
import { outcomeStatement } from './outcome.js'

/**
 * After the signal, this pool accepts only a rollback, and the question whether a transaction was committed: work of many
 * statements ends at its next statement, with the signal's reason.
 */
export function refuseOnceAborted(pool: pg.Pool, signal: AbortSignal): void {
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown
    client.query = ((...args: unknown[]) => {
      if (signal.aborted && !isAccepted(args[0])) throw signal.reason as Error
      return query(...args)
    }) as typeof client.query
  })
}

function isAccepted(statement: unknown): boolean {
  const text = typeof statement === 'string' ? statement : (statement as { text?: string } | undefined)?.text
  return text === outcomeStatement || (text?.startsWith('ROLLBACK') ?? false)
}
