import type { Context } from '../../context.js'
import { wholeNumber } from '../../flags/options.js'
import { anyInspectionView, inspectionView } from '../../views/inspection.js'
import { proseHelp } from '../../flags/prose-help.js'
import type { CommandDefinition } from '../definition.js'

interface InspectOptions {
  min?: string
  sort?: string
  limit: number
  allSchemas?: true
}

export const dbInspectCommand: CommandDefinition = {
  name: 'inspect',
  description: 'Look into the database: tables, indexes, sessions, locks, statements, replication',
  effect: 'reads',
  output: { list: anyInspectionView },
  examples: [
    ['cto db inspect tables', 'the largest first'],
    ['cto db inspect long --min 5m', 'statements that run for more than five minutes'],
    ['cto db inspect blocking', 'which session waits for which'],
    ['cto db inspect statements --sort mean --limit 10', 'the slowest on average'],
  ],
  parameters: (command) =>
    command
      .argument('<topic>', 'what to look at: tables, indexes, activity, …')
      .option('--min <amount>', 'only what lasts or takes at least this: 30s, 5m, 10MB')
      .option('--sort <column>', 'the largest of this column first')
      .option('-L, --limit <n>', 'at most this many; 0 for all', wholeNumber, 50)
      .option('--all-schemas', 'not only the schema of cto')
      .addHelpText(
        'after',
        proseHelp(`
Topics: tables, indexes, duplicates, foreign-keys, columns, database, cache, buffers, io, activity, long, locks, blocking,
prepared, statements, vacuum, progress, bloat, sequences, wraparound, roles, settings, extensions, replication,
checkpoints; also by the names of pg-extras and supabase inspect. Counts are shown with their start.`),
      ),
  run: inspectTopic,
}

async function inspectTopic(ctx: Context, topic: string, options: InspectOptions): Promise<void> {
  const { inspect } = await import('../../admin/inspect.js')
  const { min, sort, limit, allSchemas = false } = options
  const { columns, estimated, rows, total, countsOfProcess } = await ctx.db.open('inspect', (database) =>
    inspect(database, { topic, min, sort, limit, allSchemas }),
  )
  await ctx.out.page(inspectionView({ columns, estimated }, rows), {
    data: rows,
    total,
    hasMore: total > rows.length,
  })
  if (estimated.some((name) => rows.some(({ [name]: value }) => typeof value === 'number'))) {
    const counting = estimated.includes('rows') ? '; cto db size counts them' : ''
    ctx.out.notice(`${estimated.join(', ')}: estimates of PostgreSQL's statistics${counting}`)
  }
  if (countsOfProcess && rows.length > 0) {
    ctx.out.notice(
      'the embedded database counts from 0 in each process: what it did not count is unknown (—)',
    )
  }
}
