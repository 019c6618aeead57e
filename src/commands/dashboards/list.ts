import { dashboardList, dashboardSortFields } from '../../data/dashboards/dashboards.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import { list } from '../../flags/options.js'
import { peopleNamed } from '../../flags/people.js'
import type { Context } from '../../context.js'
import { dashboardView } from '../../views/dashboard.js'
import type { CommandDefinition } from '../definition.js'

interface Options extends ListOptions {
  user?: string[]
}

export const dashboardsListCommand: CommandDefinition = {
  name: 'list',
  description: 'List dashboards, by name',
  effect: 'reads',
  output: { list: dashboardView },
  exitCodes: [3, 8],
  examples: [
    ['cto dashboards list', 'those of everybody'],
    ['cto dashboards list --user @me', 'yours'],
  ],
  parameters: (command) => {
    command
      .optionsGroup('Filters (repeat or separate by commas):')
      .option('--user <users>', 'email, its local part, or @me; none for no user; a leading ! negates', list)
    addListOptions(command, dashboardSortFields)
  },
  run: (ctx: Context, options: Options) =>
    ctx.out.list(dashboardView, options, async (db) =>
      dashboardList({ user: await peopleNamed(db, ctx, options.user) }),
    ),
}
