import { getTableStorage } from '../data/admin/table-sizes.js'
import type { Database } from '../engine/database.js'
import { ourTables, wayOf } from '../engine/inspection.js'
import { describeConnection } from '../engine/tables.js'
import type { DatabaseInfo } from '../shapes/database.js'

/** Where the data is, and how much of it there is in each table of ours. */
export async function describeDatabase(database: Database): Promise<DatabaseInfo> {
  const connection = await describeConnection(database)
  const ours = await ourTables(database)
  // Counting takes as long as it takes.
  const stored = await database.read((db) => getTableStorage(db, wayOf(database).schema), { timeoutMs: 0 })
  const tables = stored
    .filter(({ name }) => ours.includes(name))
    .map(({ name, rows, bytes }) => ({ name, rows, bytes }))
  return {
    ...connection,
    bytes: tables.reduce((sum, { bytes }) => sum + bytes, 0),
    tables,
    counters: database.counters(),
  }
}
