import type pg from 'pg'

/**
 * After the signal, this pool accepts only a rollback: work of many statements ends at its next statement, with the
 * signal's reason.
 */
export function refuseOnceAborted(pool: pg.Pool, signal: AbortSignal): void {
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown
    client.query = ((...args: unknown[]) => {
      if (signal.aborted && !isRollback(args[0])) throw signal.reason as Error
      return query(...args)
    }) as typeof client.query
  })
}

function isRollback(statement: unknown): boolean {
  const text = typeof statement === 'string' ? statement : (statement as { text?: string } | undefined)?.text
  return text?.startsWith('ROLLBACK') ?? false
}
