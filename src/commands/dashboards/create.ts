import { createDashboard } from '../../data/dashboards/change-dashboards.js'
import { starterLayout } from '../../domain/starter-layout.js'
import { personNamed } from '../../flags/people.js'
import type { Context } from '../../context.js'
import { shownDashboardView } from '../../views/dashboard.js'
import type { CommandDefinition } from '../definition.js'
import {
  addDashboardOptions,
  dashboardName,
  dashboardValues,
  requireKnownFilters,
  type DashboardOptions,
} from './dashboard-options.js'

interface CreateOptions extends DashboardOptions {
  user: string
}

export const dashboardsCreateCommand: CommandDefinition = {
  name: 'create',
  description: 'Create a dashboard; without --layout, one of sessions and tools to begin with',
  effect: 'writes',
  output: { record: shownDashboardView },
  exitCodes: [3, 7],
  examples: [
    ['cto dashboards create Team --default', 'with eight widgets to begin with'],
    ['cto dashboards create Quality --layout quality.json --description "What breaks"', 'your own widgets'],
  ],
  parameters: (command) =>
    addDashboardOptions(
      command
        .argument('<name>', 'unique among the dashboards of its user')
        .option('--user <user>', 'whose: email, its local part, name or id', '@me'),
    ),
  run: create,
}

async function create(ctx: Context, given: string, { user, ...options }: CreateOptions): Promise<void> {
  const name = dashboardName(given)
  const values = await dashboardValues(ctx, options)
  const dashboard = await ctx.db.write(async (tx) => {
    await requireKnownFilters(tx, ctx, values)
    const userId = await personNamed(tx, ctx, user)
    return createDashboard(tx, {
      ...{ userId, values: { widgetLayout: starterLayout, ...values, dashboardName: name } },
      actor: await ctx.db.actor(tx),
    })
  })
  await ctx.out.one(shownDashboardView, dashboard)
}
