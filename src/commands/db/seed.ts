import type { Db } from '../../engine/client.js'
import { countRows } from '../../engine/schema/row-counts.js'
import type { SampleSize } from '../../samples/ids.js'
import { UsageError } from '../../errors.js'
import type { Seeding } from '../../shapes/database.js'
import type { Context } from '../../context.js'
import { choice, integerBetween } from '../../flags/options.js'
import type { CommandDefinition } from '../definition.js'

interface SeedOptions {
  size: SampleSize
  bugs?: number
  force?: boolean
}

const mostBugs = 1_000_000

export const dbSeedCommand: CommandDefinition = {
  name: 'seed',
  description: 'Store sample data: ten bugs to look at, or a large set to measure with',
  effect: 'writes',
  output: { document: 'seed' },
  examples: [
    ['cto db seed', 'six people, five projects, ten bugs'],
    ['cto db seed --size large --bugs 20000', 'a long-lived organisation'],
  ],
  parameters: (command) =>
    command
      .optionsGroup('Which:')
      .option('--size <size>', 'small | large', choice('size', ['small', 'large'] as const), 'small')
      .option('--bugs <n>', 'bugs of the large set (100000)', integerBetween(1, mostBugs))
      .option('--force', 'even if the database holds other data'),
  run: seedDatabase,
}

async function seedDatabase(ctx: Context, options: SeedOptions): Promise<void> {
  const { size, bugs = 100_000, force = false } = options
  if (options.bugs !== undefined && size === 'small')
    throw new UsageError('--bugs goes with the large set', {
      hint: `cto db seed --size large --bugs ${bugs}`,
    })
  const { seed } = await import('../../samples/seed.js')
  const isLarge = size === 'large'
  const progress = ctx.out.progress('seeding bugs')
  const work = async (tx: Db): Promise<Seeding> => {
    const seeded = await seed(tx, {
      large: isLarge
        ? {
            bugs,
            onProgress: (count) => {
              progress.update({ count, total: bugs })
            },
          }
        : undefined,
      actor: await ctx.db.actor(tx),
      force,
      dryRun: ctx.line.flags.dryRun,
    })
    return { size, seeded, rows: await countRows(tx) }
  }
  try {
    const outcome = await ctx.db.open(
      'write',
      (database) => database.write(work, { dryRun: ctx.line.flags.dryRun, long: isLarge }),
      { longWork: isLarge },
    )
    await ctx.out.document({ data: outcome, text: () => outcomeText(outcome) })
  } finally {
    progress.end()
  }
}

function outcomeText({ seeded, rows }: Seeding): string {
  const { users, projects, bugs, bugHistory, projectMetrics, monthlyMetrics, importLogs } = rows
  const what = seeded ? 'sample data stored' : 'the sample data are there already; nothing was changed'
  return (
    `${what}: ${users} users, ${projects} projects, ${bugs} bugs with ${bugHistory} changes, ` +
    `${projectMetrics} days and ${monthlyMetrics} months of metrics, ${importLogs} imports\n`
  )
}
