import { getToolGroups, toolGroupings, type ToolGrouping } from '../../data/sessions/tools.js'
import { choice } from '../../flags/options.js'
import {
  addToolFilters,
  sayDefaultTime,
  toolFilter,
  type ToolFilterOptions,
} from '../../flags/session-filter.js'
import type { Context } from '../../context.js'
import { toolGroupView } from '../../views/tool.js'
import type { CommandDefinition } from '../definition.js'

interface StatsOptions extends ToolFilterOptions {
  by: ToolGrouping
}

export const toolsStatsCommand: CommandDefinition = {
  name: 'stats',
  description: 'Calls, errors, times, tokens and cost by category, tool, user, project or source',
  effect: 'reads',
  output: { list: toolGroupView },
  exitCodes: [3],
  examples: [
    ['cto tools stats', 'the last 30 days by category; the last row is of all'],
    ['cto tools stats --by user --between 2026-10-01..2026-10-31', 'October, by user'],
  ],
  parameters: (command) =>
    addToolFilters(command)
      .optionsGroup('How:')
      .option('--by <grouping>', toolGroupings.join(' | '), choice('grouping', toolGroupings), 'category'),
  run: showStats,
}

async function showStats(ctx: Context, { by, ...options }: StatsOptions): Promise<void> {
  const groups = await ctx.db.read(async (db) =>
    getToolGroups(db, { filter: await toolFilter(db, ctx, options), by }),
  )
  await ctx.out.page(toolGroupView, { data: groups })
  sayDefaultTime(ctx, options)
}
