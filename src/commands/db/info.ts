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
  const { describeDatabase } = await import('../../admin/describe.js')
  const info = await ctx.db.open('inspect', describeDatabase)
  await ctx.out.one(databaseView, info)
}
