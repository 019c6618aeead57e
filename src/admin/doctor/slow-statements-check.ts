import { findExtensionSchema, findSlowStatements } from '../../data/admin/server-state.js'
import type { Patient } from './check.js'
import { faultOf, faulty, unknown, type Verdict } from './verdict.js'

const extension = 'pg_stat_statements'

export async function examineSlowStatements({ ask, database, slowQueryMs }: Patient): Promise<Verdict> {
  const place = await ask((db) => findExtensionSchema(db, extension))
  if (place === null) {
    const fix = {
      command: `an administrator adds ${extension} to shared_preload_libraries and restarts the server`,
      sql: [`CREATE EXTENSION ${extension}`],
    }
    const canMend = database.capabilities.keepsStatistics
    return unknown(`the extension ${extension} is not installed`, canMend ? fix : undefined)
  }
  const slow = await ask((db) => findSlowStatements(db, { extension: place, meanMs: slowQueryMs, limit: 20 }))
  return faulty(
    [
      faultOf(
        slow.map(({ query }) => query),
        {
          severity: 'info',
          message: `statements that take more than ${slowQueryMs} ms on average: ${slow.length}`,
          fix: { command: 'cto db inspect statements --sort mean' },
        },
      ),
    ],
    `no statement takes more than ${slowQueryMs} ms on average`,
  )
}
