import type { Counters } from '../shapes/database.js'
import { counted } from '../domain/counted.js'

/** `12 queries, 3.4 ms on average, 0 slow, 0 retries, 1 connection` */
export function countersText({ queries, meanMs, slowQueries, retries, connections }: Counters): string {
  return [
    counted(queries, 'query', 'queries'),
    `${meanMs} ms on average`,
    `${slowQueries} slow`,
    counted(retries, 'retry', 'retries'),
    counted(connections, 'connection'),
  ].join(', ')
}
