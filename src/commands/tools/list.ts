import { toolList, toolSortFields } from '../../data/sessions/tools.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import {
  addToolFilters,
  sayDefaultTime,
  toolFilter,
  type ToolFilterOptions,
} from '../../flags/session-filter.js'
import type { Context } from '../../context.js'
import { toolView } from '../../views/tool.js'
import type { CommandDefinition } from '../definition.js'

type Options = ListOptions & ToolFilterOptions

export const toolsListCommand: CommandDefinition = {
  name: 'list',
  description: 'List the tools and models used in sessions, the most used first',
  effect: 'reads',
  output: { list: toolView },
  exitCodes: [3, 8],
  examples: [
    ['cto tools list', 'the last 30 days'],
    ['cto tools list --category model --since 7d', 'what language models were asked for'],
    ['cto tools list --user @me --sort errorRate:desc', 'what fails for you'],
  ],
  parameters: (command) => {
    addToolFilters(command)
    addListOptions(command, toolSortFields)
  },
  run: listTools,
}

async function listTools(ctx: Context, options: Options): Promise<void> {
  await ctx.out.list(toolView, options, async (db) => toolList(await toolFilter(db, ctx, options)))
  sayDefaultTime(ctx, options)
}
