import type { Context } from '../../context.js'
import { integerBetween } from '../../flags/options.js'
import { workspaceFiguresView } from '../../views/workspace-overview.js'
import { dayMs } from '../../domain/duration.js'
import type { CommandDefinition } from '../definition.js'
import { addSelection, selected, type Selection } from './select.js'
import { readRegistry } from './with-registry.js'

interface OverviewOptions extends Selection {
  days: number
  parallel: number
}

export const workspacesOverviewCommand: CommandDefinition = {
  name: 'overview',
  description: 'Show open bugs, money at risk, people, sessions and costs of each workspace and of all',
  effect: 'reads',
  output: { list: workspaceFiguresView, document: 'workspacesOverview' },
  exitCodes: [3, 5],
  examples: [
    ['cto workspaces overview', 'every workspace, and the sums'],
    ['cto workspaces overview --plan enterprise --days 7', 'sessions and tools of a week'],
    ['cto workspaces overview --fields workspace,valuation,monthlyCost,currency', 'other figures'],
  ],
  parameters: (command) =>
    addSelection(command)
      .option('--days <n>', 'sessions and tools of the last days', integerBetween(1, 3660), 30)
      .option('--parallel <n>', 'how many workspaces at once', integerBetween(1, 50), 4),
  run: overview,
}

async function overview(ctx: Context, named: readonly string[], options: OverviewOptions): Promise<void> {
  const { readOverview } = await import('../../admin/workspaces/overview.js')
  const { days, parallel, ...selection } = options
  const isAny = named.length > 0 || selection.plan !== undefined
  const now = ctx.now()
  const window = { from: new Date(now.getTime() - days * dayMs), to: now }
  const { workspaces, byCurrency, all, failed } = await readRegistry(ctx, async (registry) => {
    const chosen = await selected(registry, named, isAny ? selection : { all: true })
    const progress = ctx.out.progress('reading workspaces')
    const onDone = (count: number) => {
      progress.update({ count, total: chosen.length })
    }
    try {
      return await readOverview(registry.database, chosen, { set: registry.set, window, parallel, onDone })
    } finally {
      progress.end()
    }
  })
  if (ctx.line.flags.format === 'json') {
    await ctx.out.document({ data: { window, workspaces, byCurrency, all, failed }, text: () => '' })
  } else {
    // Amounts in several currencies are in no sum of all.
    const sums = byCurrency.length > 1 ? [...byCurrency, all] : [all]
    await ctx.out.page(workspaceFiguresView, { data: [...workspaces, ...sums] })
    for (const { workspace, error } of failed) ctx.out.caution(`${workspace} cannot be read: ${error}`)
  }
  if (failed.length > 0) ctx.out.setExitCode(5)
}
