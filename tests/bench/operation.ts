import type { Database } from '../../src/engine/database.js'

/** A timed operation. */
export interface Operation {
  name: string
  /** At 100,000 bugs; twice that at 1,000,000. */
  promiseMs?: number | undefined
  writes?: true
  /** It reads every row by its nature: an exact total, a statistic, the ids of all matches. */
  grows?: true
  /** `n` counts the runs, so that each takes other values. */
  run(database: Database, n: number): Promise<unknown>
}
