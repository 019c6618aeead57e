import { findOldestTables, type Wraparound } from '../../data/admin/storage-faults.js'
import type { Patient } from './check.js'
import { faultOf, faulty, type Verdict } from './verdict.js'

const idLimit = 2 ** 31

export async function examineWraparound({ ask }: Patient): Promise<Verdict> {
  return wraparoundVerdict(await ask((db) => findOldestTables(db, { limit: 5 })))
}

/** PostgreSQL refuses every write shortly before all ids are used. */
export function wraparoundVerdict(tables: readonly Wraparound[]): Verdict {
  const used = tables.map((table) => ({
    ...table,
    share: Math.max(table.xids, table.multixacts) / idLimit,
  }))
  const near = used.filter(({ share }) => share >= 0.5)
  return faulty(
    [
      faultOf(
        near.map(({ table }) => table),
        {
          severity: near.some(({ share }) => share >= 0.75) ? 'error' : 'warn',
          message: near
            .map(
              ({ table, share }) => `${table} has used ${Math.floor(share * 100)} % of the transaction ids`,
            )
            .join('; '),
          fix: { sql: near.map(({ table }) => `VACUUM (FREEZE) ${table}`) },
        },
      ),
    ],
    `at most ${Math.ceil(Math.max(0, ...used.map(({ share }) => share)) * 100)} % of the transaction ids are used`,
  )
}
