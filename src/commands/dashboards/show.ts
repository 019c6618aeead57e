import { dashboardNamed } from '../../flags/dashboard.js'
import type { Context } from '../../context.js'
import { shownDashboardView } from '../../views/dashboard.js'
import type { CommandDefinition } from '../definition.js'

export const dashboardsShowCommand: CommandDefinition = {
  name: 'show',
  description: 'Show one dashboard and its widgets',
  effect: 'reads',
  output: { record: shownDashboardView },
  exitCodes: [3],
  examples: [
    ['cto dashboards show Team', 'its widgets and where they are'],
    ['cto dashboards show Team --json --fields widgetLayout', 'its layout, to edit it'],
  ],
  parameters: (command) =>
    command.argument('<dashboard>', 'name, a prefix of it, or id; yours before those of others'),
  run: show,
}

async function show(ctx: Context, name: string): Promise<void> {
  const dashboard = await ctx.db.read((db) => dashboardNamed(db, ctx, name))
  await ctx.out.one(shownDashboardView, dashboard)
}
