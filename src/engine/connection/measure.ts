import { performance } from 'node:perf_hooks'
import type pg from 'pg'
import type { Meter } from '../meter.js'

type Query = (...args: unknown[]) => unknown

/** Measures every statement of a pool, from any caller. Returns a function that ends the measuring. */
export function measure(pool: pg.Pool, meter: Meter): () => void {
  const plain = new WeakMap<pg.PoolClient, pg.PoolClient['query']>()
  const onConnect = () => {
    meter.connected(1)
  }
  const onAcquire = (client: pg.PoolClient) => {
    plain.set(client, client.query)
    client.query = measured(client.query.bind(client), meter) as typeof client.query
  }
  const onRelease = (_: Error, client: pg.PoolClient) => {
    const query = plain.get(client)
    if (query) client.query = query
  }
  meter.connected(pool.totalCount)
  pool.on('connect', onConnect).on('acquire', onAcquire).on('release', onRelease)
  return () => {
    pool.off('connect', onConnect).off('acquire', onAcquire).off('release', onRelease)
  }
}

/** `pg` answers through a promise, or through a callback where its pool calls it. */
function measured(query: Query, meter: Meter): Query {
  return (...args) => {
    const start = performance.now()
    const ended = () => {
      meter.queryEnded(textOf(args[0]), performance.now() - start)
    }
    const callback = args.at(-1)
    if (typeof callback === 'function') {
      const answer = (...result: unknown[]) => {
        ended()
        ;(callback as Query)(...result)
      }
      return query(...args.slice(0, -1), answer)
    }
    const answer = query(...args)
    if (answer instanceof Promise) answer.then(ended, ended)
    return answer
  }
}

function textOf(statement: unknown): string {
  return typeof statement === 'string' ? statement : ((statement as { text?: string } | null)?.text ?? '')
}
