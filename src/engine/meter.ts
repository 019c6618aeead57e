import type { Counters } from '../shapes/database.js'

export type { Counters }

/** Counts what a process asks of its databases. */
export interface Meter {
  queryEnded(sql: string, durationMs: number): void
  retried(): void
  connected(connections: number): void
  counters(): Counters
}

interface StartMeter {
  slowQueryMs: number
  /** `sql` has its placeholders, not its values, and stands on one line. */
  onSlowQuery?: ((sql: string, durationMs: number) => void) | undefined
}

export function startMeter({ slowQueryMs, onSlowQuery }: StartMeter): Meter {
  let [queries, totalMs, slowQueries, retries, connections] = [0, 0, 0, 0, 0]
  return {
    queryEnded: (sql, durationMs) => {
      queries++
      totalMs += durationMs
      if (durationMs < slowQueryMs) return
      slowQueries++
      onSlowQuery?.(sql.replace(/\s+/g, ' ').trim(), tenths(durationMs))
    },
    retried: () => {
      retries++
    },
    connected: (more) => {
      connections += more
    },
    counters: () => ({
      queries,
      meanMs: queries === 0 ? 0 : tenths(totalMs / queries),
      slowQueries,
      retries,
      connections,
    }),
  }
}

function tenths(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10
}
