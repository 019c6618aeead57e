import type { Context } from '../../context.js'
import { UsageError } from '../../errors.js'
import { findBusyWindow } from '../../flags/busy-window.js'
import { givenBugFilters } from '../../flags/bug-filter.js'
import { givenDeliveryFilters, isSharedFilter } from '../../flags/delivery-filter.js'
import { addWindow, anyScopeOf, type ScopeOptions } from '../../flags/scope.js'
import type { CommandBehaviour } from '../definition.js'

interface ReportOptions extends ScopeOptions {
  title: string
  markdown?: true
}

export const reportCommand: CommandBehaviour = {
  effect: 'reads',
  output: { document: 'report', formats: ['html', 'markdown'] },
  exitCodes: [3],
  examples: [
    ['cto report --output report.html', 'the last 30 days on one page, for a browser or paper'],
    ['cto report --since 90d -p web -o web.html', 'a quarter of one project'],
    ['cto report --since 7d --markdown', 'the same as Markdown, for a weekly mail'],
    ['cto report --json', 'the same figures for a program'],
  ],
  parameters: (command) => {
    command
      .optionsGroup('Page:')
      .option('--title <text>', 'its heading', 'Engineering report')
      .option('--markdown', 'the same as --format markdown')
    addWindow(command)
  },
  run: writeReport,
}

async function writeReport(ctx: Context, { title, markdown, ...options }: ReportOptions): Promise<void> {
  const { format } = ctx.line.flags
  const isJson = format === 'json' || format === 'ndjson'
  const isMarkdown = markdown === true || format === 'markdown'
  if (markdown && isJson) throw new UsageError('--markdown and JSON exclude each other')
  if (!isJson && !isMarkdown && ctx.out.width !== null) {
    throw new UsageError('HTML is not printed on a terminal', {
      hint: 'cto report --output report.html, or cto report --markdown',
    })
  }
  const { getReportData } = await import('./report-data.js')
  const { periodBounds, periodUnit } = await import('../../domain/metric-window.js')
  const { data, busy } = await ctx.db.read(async (db) => {
    const scope = await anyScopeOf(db, ctx, { options, ids: [] })
    // A filter that only bugs have would leave figures of repositories as they are.
    const withDelivery = givenBugFilters(options).every(isSharedFilter)
    const withSessions = [...givenBugFilters(options), ...givenDeliveryFilters(options)].every(
      (name) => name === 'project',
    )
    const bounds = periodBounds(scope.window, periodUnit(scope.window), ctx.line.zone)
    const data = {
      window: scope.window,
      ...(await getReportData(db, { scope, withDelivery, withSessions, bounds })),
    }
    return { data, busy: await findBusyWindow(db, ctx, scope.window) }
  })
  if (isJson) return ctx.out.document({ data, text: () => '' })
  const { reportPage } = await import('./report-page.js')
  if (busy !== null) ctx.out.notice(busy)
  const page = reportPage({ title, data, busy, now: ctx.now(), zone: ctx.line.zone })
  const text = isMarkdown
    ? (await import('../../output/markdown-page.js')).markdownPage(page)
    : (await import('../../output/html/page.js')).htmlPage(page)
  await ctx.out.document({ data: null, text: () => text })
}
