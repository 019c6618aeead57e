import type { Context } from '../../context.js'
import { dashboardNamed, renderedDashboard } from '../../flags/dashboard.js'
import { pageFormat, printPage } from '../../views/printed-page.js'
import type { CommandDefinition } from '../definition.js'

export const dashboardsRenderCommand: CommandDefinition = {
  name: 'render',
  description:
    'Write a dashboard as one HTML file without scripts or requests; every figure is that of metrics',
  effect: 'reads',
  output: { document: 'renderedDashboard', formats: ['html', 'markdown'] },
  exitCodes: [3],
  examples: [
    ['cto dashboards render Team --output team.html', 'for a browser or paper'],
    ['cto dashboards render Team --format markdown', 'its tables, for a mail'],
    ['cto dashboards render Team --json', 'its figures, for a program'],
  ],
  parameters: (command) =>
    command.argument('<dashboard>', 'name, a prefix of it, or id; yours before those of others'),
  run: render,
}

async function render(ctx: Context, name: string): Promise<void> {
  const format = pageFormat(ctx, {
    markdownFlag: '--format markdown',
    hint: '--output dashboard.html, or --format markdown',
  })
  const data = await ctx.db.read(async (db) =>
    renderedDashboard(db, ctx, await dashboardNamed(db, ctx, name)),
  )
  if (format === null) return ctx.out.document({ data, text: () => '' })
  const { dashboardPage } = await import('../../views/dashboard-page.js')
  const page = dashboardPage({ ...data, now: ctx.now(), zone: ctx.line.zone })
  await printPage(ctx, page, format)
}
