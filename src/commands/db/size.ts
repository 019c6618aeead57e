import type { Database } from '../../engine/database.js'
import type { Context } from '../../context.js'
import { windowAsked } from '../../flags/moments.js'
import { tableGrowthView } from '../../views/administration.js'
import type { CommandDefinition } from '../definition.js'

interface SizeOptions {
  since: string
  record?: true
}

export const dbSizeCommand: CommandDefinition = {
  name: 'size',
  description: 'Show how large each table is, and how fast it grows',
  effect: 'writes',
  output: { list: tableGrowthView },
  examples: [
    ['cto db size', 'the largest first'],
    ['cto db size --since 90d --json', 'growth over a quarter, for a program'],
    ['cto db size --record', 'keep the sizes of today; metrics snapshot does it too'],
  ],
  parameters: (command) =>
    command
      .option('--since <when>', 'growth from then on, between recorded sizes', '30d')
      .option('--record', 'keep the sizes of today'),
  run: showSizes,
}

async function showSizes(ctx: Context, { since, record }: SizeOptions): Promise<void> {
  const { measureGrowth } = await import('../../admin/size.js')
  const { wayOf } = await import('../../engine/inspection.js')
  const { from } = await windowAsked(ctx, since)
  const now = ctx.now()
  const work = async (database: Database) => {
    const { schema } = wayOf(database)
    if (record) {
      const { recordSizesOfDay } = await import('../../data/admin/table-sizes.js')
      await database.write((tx) => recordSizesOfDay(tx, { schema, now }), { dryRun: ctx.line.flags.dryRun })
    }
    return database.read((db) => measureGrowth(db, { schema, from: from ?? now, to: now }))
  }
  const tables = await ctx.db.open(record ? 'write' : 'read', work)
  await ctx.out.page(tableGrowthView, { data: tables, total: tables.length })
}
