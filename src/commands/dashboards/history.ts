import { findVersions } from '../../data/dashboards/dashboard-history.js'
import { dashboardNamed } from '../../flags/dashboard.js'
import type { Context } from '../../context.js'
import { dashboardVersionView } from '../../views/dashboard.js'
import type { CommandDefinition } from '../definition.js'

export const dashboardsHistoryCommand: CommandDefinition = {
  name: 'history',
  description: 'List the versions of a dashboard, the present one first',
  effect: 'reads',
  output: { list: dashboardVersionView },
  exitCodes: [3],
  examples: [
    ['cto dashboards history Team', 'who changed what, and when'],
    ['cto dashboards history Team --json', 'with the layout of each version'],
  ],
  parameters: (command) =>
    command.argument('<dashboard>', 'name, a prefix of it, or id; yours before those of others'),
  run: showHistory,
}

async function showHistory(ctx: Context, name: string): Promise<void> {
  const versions = await ctx.db.read(async (db) => findVersions(db, await dashboardNamed(db, ctx, name)))
  await ctx.out.page(dashboardVersionView, { data: versions })
}
