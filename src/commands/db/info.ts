import type { Database } from '../../engine/database.js'
import type { DatabaseInfo } from '../../shapes/database.js'
import type { Context } from '../../context.js'
import { databaseView } from '../../views/database.js'
import type { CommandDefinition } from '../definition.js'

export const dbInfoCommand: CommandDefinition = {
  name: 'info',
  description: 'Show where the data is, the latency, and the size of each table',
  effect: 'reads',
  output: { record: databaseView },
  examples: [
    ['cto db info', 'server, latency, schema, tables'],
    ['cto db info --json --fields latencyMs,tables', 'for a program'],
  ],
  run: showDatabase,
}

async function showDatabase(ctx: Context): Promise<void> {
  const info = await ctx.db.open('inspect', describe)
  await ctx.out.one(databaseView, info)
}

async function describe(database: Database): Promise<DatabaseInfo> {
  const { getTableStorage } = await import('../../data/admin/table-sizes.js')
  const { ourTables, wayOf } = await import('../../engine/inspection.js')
  const { describeConnection } = await import('../../engine/tables.js')
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
