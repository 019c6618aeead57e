import type { QueryColumn } from '../data/admin/query/column-values.js'
import { runGuarded, type GuardedQuery } from '../data/admin/query/guarded-query.js'
import type { Row } from '../data/admin/query/statement.js'
import type { Database } from '../engine/database.js'
import type { QueryRow } from '../shapes/query-row.js'

/** A portion that is printed before the next one is fetched. */
const batchRows = 1000

interface Query extends Omit<GuardedQuery, 'batchRows'> {
  /** 0: all. */
  limit: number
}

/** Gives the rows to `print` as they come; they return whether there are more than the limit. */
export async function query(
  database: Database,
  { limit, ...guarded }: Query,
  print: (
    columns: readonly QueryColumn[],
    batches: AsyncGenerator<readonly QueryRow[], boolean>,
  ) => Promise<void>,
): Promise<void> {
  // One row more than the limit shows whether there are more.
  const rows = limit === 0 ? batchRows : Math.min(batchRows, limit + 1)
  await runGuarded(database, { ...guarded, batchRows: rows }, ({ columns, batches }) =>
    print(columns, upTo(limit, columns, batches)),
  )
}

/** Rows as JSON has them: each value by the type of its column. */
export function queryRows(columns: readonly QueryColumn[], rows: readonly Row[]): QueryRow[] {
  return rows.map((row) =>
    Object.fromEntries(
      columns.map(({ name, valueOf }, i) => {
        const text = row[i] ?? null
        return [name, text === null ? null : valueOf(text)]
      }),
    ),
  )
}

async function* upTo(
  limit: number,
  columns: readonly QueryColumn[],
  batches: AsyncGenerator<readonly Row[], void>,
): AsyncGenerator<readonly QueryRow[], boolean> {
  let left = limit === 0 ? Infinity : limit
  for await (const batch of batches) {
    if (left > 0) yield queryRows(columns, batch.slice(0, left))
    if (batch.length > left) return true
    left -= batch.length
  }
  return false
}
