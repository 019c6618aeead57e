import type { Command } from 'commander'
import { describeDatabase } from '../../engine/tables.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { databaseView } from '../../views/database.js'

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
  const info = await ctx.db.open('inspect', describeDatabase)
  await ctx.out.one(databaseView, info)
}
