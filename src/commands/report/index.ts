import type { Context } from '../../context.js'
import { UsageError } from '../../errors.js'
import { addWindow, scopeOf, type ScopeOptions } from '../../flags/scope.js'
import type { CommandBehaviour } from '../definition.js'

interface ReportOptions extends ScopeOptions {
  title: string
}

export const reportCommand: CommandBehaviour = {
  effect: 'reads',
  output: { document: 'report' },
  exitCodes: [3],
  examples: [
    ['cto report --output report.html', 'the last 30 days on one page, for a browser or paper'],
    ['cto report --since 90d -p web -o web.html', 'a quarter of one project'],
    ['cto report --json', 'the same figures for a program'],
  ],
  parameters: (command) => {
    command.optionsGroup('Page:').option('--title <text>', 'its heading', 'Engineering report')
    addWindow(command)
  },
  run: writeReport,
}

async function writeReport(ctx: Context, { title, ...options }: ReportOptions): Promise<void> {
  const isJson = ctx.line.flags.format === 'json' || ctx.line.flags.format === 'ndjson'
  if (!isJson && ctx.out.width !== null) {
    throw new UsageError('a page of HTML is nothing for a terminal', {
      hint: 'cto report --output report.html',
    })
  }
  const { getReportData } = await import('./report-data.js')
  const { periodBounds, periodUnit } = await import('../../domain/metric-window.js')
  const { window, data } = await ctx.db.read(async (db) => {
    const scope = await scopeOf(db, ctx, options)
    const bounds = periodBounds(scope.window, periodUnit(scope.window), ctx.line.zone)
    return { window: scope.window, data: await getReportData(db, { scope, bounds, now: ctx.now() }) }
  })
  if (isJson) return ctx.out.document({ data: { window, ...data }, text: () => '' })
  const { reportPage } = await import('./report-page.js')
  const { htmlPage } = await import('../../output/html/page.js')
  const html = htmlPage(reportPage({ title, data: { window, ...data }, now: ctx.now(), zone: ctx.line.zone }))
  await ctx.out.document({ data: null, text: () => html })
}
