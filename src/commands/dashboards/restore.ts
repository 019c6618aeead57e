import { updateDashboard } from '../../data/dashboards/change-dashboards.js'
import { getVersion } from '../../data/dashboards/dashboard-history.js'
import { dashboardNamed } from '../../flags/dashboard.js'
import { wholeNumber } from '../../flags/options.js'
import type { Context } from '../../context.js'
import { shownDashboardView } from '../../views/dashboard.js'
import type { CommandDefinition } from '../definition.js'

interface RestoreOptions {
  ifVersion?: number
}

export const dashboardsRestoreCommand: CommandDefinition = {
  name: 'restore',
  description: 'Give a dashboard the layout of an earlier version, as a new version',
  effect: 'writes',
  output: { record: shownDashboardView },
  exitCodes: [3, 7],
  examples: [['cto dashboards restore Team 2', 'the layout of version 2; cto dashboards history lists them']],
  parameters: (command) =>
    command
      .argument('<dashboard>', 'name, a prefix of it, or id; yours before those of others')
      .argument('<n>', 'the version', wholeNumber)
      .optionsGroup('How:')
      .option('--if-version <n>', 'refuse where it has another version', wholeNumber),
  run: restore,
}

async function restore(
  ctx: Context,
  name: string,
  version: number,
  { ifVersion }: RestoreOptions,
): Promise<void> {
  const restored = await ctx.db.write(async (tx) => {
    const dashboard = await dashboardNamed(tx, ctx, name)
    const widgetLayout = await getVersion(tx, { dashboard, version })
    return updateDashboard(tx, {
      ...{ id: dashboard.id, values: { widgetLayout }, ifVersion, action: 'dashboard.restore' },
      actor: await ctx.db.actor(tx),
    })
  })
  await ctx.out.one(shownDashboardView, restored)
}
