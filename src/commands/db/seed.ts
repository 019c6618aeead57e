import type { Db } from '../../engine/client.js'
import { countRows } from '../../engine/schema/row-counts.js'
import { UsageError } from '../../errors.js'
import type { RowCounts, Seeding } from '../../shapes/database.js'
import type { Context, ProgressDisplay } from '../../context.js'
import type { LargeSet } from '../../samples/large.js'
import { choice, integerBetween } from '../../flags/options.js'
import type { CommandDefinition } from '../definition.js'

interface SeedOptions {
  size: 'small' | 'large'
  bugs?: number
  workspaces?: true
  delivery?: true
  force?: boolean
}

const mostBugs = 1_000_000

export const dbSeedCommand: CommandDefinition = {
  name: 'seed',
  description: 'Store sample data: a few records to look at, or many to measure with',
  effect: 'writes',
  output: { document: 'seed' },
  examples: [
    ['cto db seed', 'six people, five projects, ten bugs'],
    ['cto db seed --size large --bugs 20000', 'a long-lived organisation'],
    ['cto db seed --delivery', 'three people, their repositories, two weeks of pull requests'],
    ['cto db seed --workspaces', 'three organisations, a month of their sessions'],
  ],
  parameters: (command) =>
    command
      .optionsGroup('Which:')
      .option('--size <size>', 'small | large', choice('size', ['small', 'large'] as const), 'small')
      .option('--bugs <n>', 'bugs of the large set (100000)', integerBetween(1, mostBugs))
      .option('--delivery', 'repositories and what happened there, instead of bugs')
      .option('--workspaces', 'three workspaces, created where they are missing')
      .option('--force', 'even if the database holds other data'),
  run: seedDatabase,
}

async function seedDatabase(ctx: Context, options: SeedOptions): Promise<void> {
  const { size, bugs } = options
  if (bugs !== undefined && size === 'small')
    throw new UsageError('--bugs goes with the large set', {
      hint: `cto db seed --size large --bugs ${bugs}`,
    })
  const sets = [...(size === 'large' ? ['--size large'] : []), ...setFlags(options)]
  if (sets.length > 1)
    throw new UsageError(`${sets.join(' and ')} store a set each`, {
      hint: 'run one after the other, the second with --force',
    })
  const outcome = await (options.workspaces ? storeWorkspaces(ctx, options) : storeSet(ctx, options))
  await ctx.out.document({ data: outcome, text: () => outcomeText(outcome) })
}

function setFlags({ delivery, workspaces }: SeedOptions): string[] {
  return [...(delivery ? ['--delivery'] : []), ...(workspaces ? ['--workspaces'] : [])]
}

async function storeSet(
  ctx: Context,
  { size, delivery, bugs = 100_000, force = false }: SeedOptions,
): Promise<Seeding> {
  const { seed, seedDelivery } = await import('../../samples/seed.js')
  const { dryRun } = ctx.line.flags
  const isLarge = size === 'large'
  const progress = progressOf(ctx)
  const work = async (tx: Db): Promise<Seeding> => {
    const large = isLarge ? { bugs, onProgress: progress.update } : undefined
    const common = { actor: await ctx.db.actor(tx), force }
    const seeded = await (delivery ? seedDelivery(tx, common) : seed(tx, { ...common, large, dryRun }))
    return { size: delivery ? 'delivery' : size, seeded, rows: await countRows(tx), workspaces: [] }
  }
  try {
    return await ctx.db.open('write', (database) => database.write(work, { dryRun, long: isLarge }), {
      longWork: isLarge,
    })
  } finally {
    progress.end()
  }
}

/** A display for each area, one after the other. */
function progressOf(ctx: Context): { update: NonNullable<LargeSet['onProgress']>; end(): void } {
  let shown: { area: string; display: ProgressDisplay } | undefined
  return {
    update: (area, count, total) => {
      if (shown?.area !== area) {
        shown?.display.end()
        shown = { area, display: ctx.out.progress(`seeding ${area}`) }
      }
      shown.display.update({ count, total })
    },
    end: () => {
      shown?.display.end()
    },
  }
}

async function storeWorkspaces(ctx: Context, { force = false }: SeedOptions): Promise<Seeding> {
  const { seedWorkspaces } = await import('../../samples/workspaces.js')
  const { portfolio, readSet } = await import('../../engine/schema/migration-set.js')
  const registry = { registry: true, changesTables: true }
  const set = readSet(portfolio, ctx.db.settings(registry).packageFiles)
  const [now, userAgent] = [ctx.now(), `cto/${ctx.line.version}`]
  const actor = { userId: null, userAgent, now, clock: () => ctx.now() }
  const { dryRun } = ctx.line.flags
  const stored = await ctx.db.open(
    'write',
    (database) => seedWorkspaces(database, { set, actor, force, dryRun }),
    registry,
  )
  return {
    size: 'workspaces',
    seeded: stored.some(({ seeded }) => seeded),
    rows: sumOf(stored.map(({ rows }) => rows)),
    workspaces: stored.map(({ workspace, seeded }) => ({ workspace, seeded })),
  }
}

function sumOf(counts: readonly RowCounts[]): RowCounts {
  return counts.reduce((sum, each) => {
    const names = Object.keys(each) as (keyof RowCounts)[]
    return Object.fromEntries(names.map((name) => [name, sum[name] + each[name]])) as RowCounts
  })
}

function outcomeText({ size, seeded, rows, workspaces }: Seeding): string {
  const what = seeded ? 'sample data stored' : 'the sample data are there already; nothing was changed'
  if (size === 'workspaces') return `${what}: ${workspacesText(rows, workspaces)}\n`
  if (size === 'delivery') return `${what}: ${deliveryText(rows)}\n`
  const { users, projects, bugs, bugHistory, projectMetrics, monthlyMetrics, importLogs } = rows
  return (
    `${what}: ${users} users, ${projects} projects, ${bugs} bugs with ${bugHistory} changes, ` +
    `${projectMetrics} days and ${monthlyMetrics} months of metrics, ${importLogs} imports\n` +
    (size === 'large' ? `with them: ${largeText(rows)}\n` : '')
  )
}

function workspacesText(rows: RowCounts, workspaces: Seeding['workspaces']): string {
  const { users, metricsSessions, toolEvents, dashboardConfigs } = rows
  const domains = workspaces.map(({ workspace }) => workspace).join(', ')
  return `${domains}: ${users} users, ${metricsSessions} sessions with ${toolEvents} events, ${dashboardConfigs} dashboards`
}

function deliveryText(rows: RowCounts): string {
  const { users, organizations, repositories, commits, pullRequests, issues, deployments, aiReviews } = rows
  return (
    `${users} users, ${organizations} organizations, ${repositories} repositories, ${commits} commits, ` +
    `${pullRequests} pull requests, ${issues} issues, ${deployments} deployments, ${aiReviews} AI reviews`
  )
}

function largeText(rows: RowCounts): string {
  const { repositories, pullRequests, commits, deployments, issues, events, metricsSessions, toolEvents } =
    rows
  return (
    `${repositories} repositories, ${pullRequests} pull requests, ${commits} commits, ${deployments} deployments, ` +
    `${issues} issues, ${events} events; ${metricsSessions} sessions with ${toolEvents} calls of tools`
  )
}
