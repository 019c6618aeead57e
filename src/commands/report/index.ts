import type { Context } from '../../context.js'
import { UsageError } from '../../errors.js'
import { findBusyWindow } from '../../flags/busy-window.js'
import { addAnyWindow, anyScopeOf, narrowedKinds, type AnyScopeOptions } from '../../flags/scope.js'
import { pageFormat, printPage, type PageFormat } from '../../views/printed-page.js'
import type { CommandBehaviour } from '../definition.js'

interface ReportOptions extends AnyScopeOptions {
  title?: string
  markdown?: true
  dashboard?: string
}

export const reportCommand: CommandBehaviour = {
  effect: 'reads',
  output: { document: 'report', formats: ['html', 'markdown'] },
  exitCodes: [3],
  examples: [
    ['cto report --output report.html', 'the last 30 days on one page, for a browser or paper'],
    ['cto report --since 90d -p web -o web.html', 'a quarter of one project'],
    ['cto report --repo acme/shop --since 90d -o shop.html', 'what was delivered in a repository'],
    ['cto report --since 7d --markdown', 'the same as Markdown, for a weekly mail'],
    ['cto report --dashboard Team -o team.html', 'the widgets of a dashboard'],
    ['cto report --json', 'the same figures for a program'],
  ],
  parameters: (command) => {
    command
      .optionsGroup('Page:')
      .option('--title <text>', 'its heading; Engineering report unless given')
      .option('--markdown', 'the same as --format markdown')
      .option('--dashboard <dashboard>', 'this dashboard instead, as cto dashboards render writes it')
    addAnyWindow(command)
  },
  run: writeReport,
}

async function writeReport(ctx: Context, { dashboard, ...options }: ReportOptions): Promise<void> {
  const { title, markdown, ...scopeOptions } = options
  const format = pageFormat(ctx, {
    markdown,
    markdownFlag: '--markdown',
    hint: 'cto report --output report.html, or cto report --markdown',
  })
  if (dashboard !== undefined) {
    if (format === null)
      throw new UsageError('--dashboard has no JSON here', { hint: 'cto dashboards render --json' })
    return writeDashboard(ctx, dashboard, { title, format, scopeOptions })
  }
  const { bugs: withBugs, deliveryIds, sessions: withSessions } = narrowedKinds(scopeOptions)
  const { getReportData } = await import('./report-data.js')
  const { periodBounds, periodUnit } = await import('../../domain/metric-window.js')
  const { data, busy } = await ctx.db.read(async (db) => {
    const scope = await anyScopeOf(db, ctx, { options: scopeOptions, ids: [] })
    const bounds = periodBounds(scope.window, periodUnit(scope.window), ctx.line.zone)
    const data = {
      window: scope.window,
      ...(await getReportData(db, { scope, withBugs, deliveryIds, withSessions, bounds })),
    }
    return { data, busy: withBugs ? await findBusyWindow(db, ctx, scope.window) : null }
  })
  if (format === null) return ctx.out.document({ data, text: () => '' })
  const { reportPage } = await import('./report-page.js')
  if (busy !== null) ctx.out.notice(busy)
  const heading = title ?? 'Engineering report'
  const page = reportPage({ title: heading, data, busy, now: ctx.now(), zone: ctx.line.zone })
  await printPage(ctx, page, format)
}

interface DashboardReport {
  title: string | undefined
  format: PageFormat
  scopeOptions: AnyScopeOptions
}

/** The widgets have filters and windows of their own. */
async function writeDashboard(
  ctx: Context,
  name: string,
  { title, format, scopeOptions }: DashboardReport,
): Promise<void> {
  const [stray] = Object.keys(scopeOptions)
  if (stray !== undefined) {
    throw new UsageError(`--dashboard takes no other window or filter`, {
      hint: 'the widgets of a dashboard have their own: cto dashboards show',
    })
  }
  const { dashboardNamed, renderedDashboard } = await import('../../flags/dashboard.js')
  const { dashboardPage } = await import('../../views/dashboard-page.js')
  const data = await ctx.db.read(async (db) =>
    renderedDashboard(db, ctx, await dashboardNamed(db, ctx, name)),
  )
  const page = dashboardPage({ ...data, now: ctx.now(), zone: ctx.line.zone })
  await printPage(ctx, { ...page, title: title ?? page.title }, format)
}
