import type { Command } from 'commander'
import { databaseInfo } from '../../engine/schema/database-info.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { databaseView } from '../../views/database.js'
import { withTables } from './tables.js'

export function addDbInfo(parent: Command, ctx: Context): void {
  const command = parent
    .command('info')
    .description('Where the data is, how far away, and how much of it')
    .action(() => showDatabase(ctx))
  declare(command, ctx, {
    effect: 'reads',
    output: { record: databaseView },
    examples: [
      ['cto db info', 'server, latency, schema, tables'],
      ['cto db info --json --fields latencyMs,tables', 'for a program'],
    ],
  })
}

export async function showDatabase(ctx: Context): Promise<void> {
  const { at } = ctx.db.settings()
  const path = at.engine === 'embedded' ? at.embedded.home : null
  const info = await withTables(ctx, (connection, known) => databaseInfo(connection, known, { path }))
  await ctx.out.one(databaseView, info)
}
