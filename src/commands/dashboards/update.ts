import { updateDashboard } from '../../data/dashboards/change-dashboards.js'
import { UsageError } from '../../errors.js'
import { dashboardNamed } from '../../flags/dashboard.js'
import { wholeNumber } from '../../flags/options.js'
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

interface UpdateOptions extends DashboardOptions {
  name?: string
  ifVersion?: number
}

export const dashboardsUpdateCommand: CommandDefinition = {
  name: 'update',
  description: 'Change a dashboard; the layout before stays in the audit log',
  effect: 'writes',
  output: { record: shownDashboardView },
  exitCodes: [3, 7],
  examples: [
    ['cto dashboards update Team --layout team.json --if-version 3', 'unless it was changed since'],
    ['cto dashboards update Team --name "Web team" --default', 'the rest stays'],
  ],
  parameters: (command) =>
    addDashboardOptions(
      command.argument('<dashboard>', 'name, a prefix of it, or id; yours before those of others'),
    )
      .option('--name <text>', 'another name')
      .optionsGroup('How:')
      .option('--if-version <n>', 'refuse where it has another version', wholeNumber),
  run: update,
}

async function update(
  ctx: Context,
  given: string,
  { name, ifVersion, ...options }: UpdateOptions,
): Promise<void> {
  const values = {
    ...(await dashboardValues(ctx, options)),
    ...(name !== undefined && { dashboardName: dashboardName(name) }),
  }
  if (Object.keys(values).length === 0)
    throw new UsageError('nothing to change', { hint: 'name a field: cto dashboards update --help' })
  const dashboard = await ctx.db.write(async (tx) => {
    await requireKnownFilters(tx, ctx, values)
    const { id } = await dashboardNamed(tx, ctx, given)
    return updateDashboard(tx, { id, values, ifVersion, actor: await ctx.db.actor(tx) })
  })
  await ctx.out.one(shownDashboardView, dashboard)
}
