import { deleteDashboard } from '../../data/dashboards/change-dashboards.js'
import { dashboardWhollyNamed } from '../../flags/dashboard.js'
import type { Context } from '../../context.js'
import { visible } from '../../output/visible.js'
import { shownDashboardView } from '../../views/dashboard.js'
import type { CommandDefinition } from '../definition.js'
import { deletedWord } from '../deleted-word.js'

export const dashboardsDeleteCommand: CommandDefinition = {
  name: 'delete',
  description: 'Delete a dashboard; the audit log keeps its layout',
  effect: 'destroys',
  output: { record: shownDashboardView },
  exitCodes: [3],
  examples: [['cto dashboards delete Team', 'asks first, and prints what it was']],
  parameters: (command) => command.argument('<dashboard>', 'its whole name, if no other has it, or id'),
  run: deleteOne,
}

async function deleteOne(ctx: Context, name: string): Promise<void> {
  const dashboard = await ctx.db.open('write', async ({ read, write }) => {
    const found = await read((db) => dashboardWhollyNamed(db, ctx, name))
    await ctx.ask.confirm(`delete the dashboard ${visible(found.dashboardName)}?`)
    const { dryRun } = ctx.line.flags
    return write(async (tx) => deleteDashboard(tx, { id: found.id, actor: await ctx.db.actor(tx) }), {
      dryRun,
    })
  })
  ctx.out.notice(`${deletedWord(ctx)} the dashboard ${visible(dashboard.dashboardName)}`)
  await ctx.out.one(shownDashboardView, dashboard)
}
