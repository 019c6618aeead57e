import type { Command } from 'commander'
import { getKpis } from '../../data/metrics/kpis.js'
import { kpiIds } from '../../domain/metric.js'
import { addBugFilters, bugFilter, type BugFilterOptions } from '../bug-filter.js'
import type { Context } from '../context.js'
import { declare } from '../declare.js'
import { figureNoun, figuresById } from '../figures.js'
import { metricsHelp } from './help.js'

export function addMetricsKpis(parent: Command, ctx: Context): void {
  const command = parent
    .command('kpis')
    .description('The figures of the dashboard; filters narrow those of bugs, never those of the portfolio')
  addBugFilters(command)
    .action((options: BugFilterOptions) => showKpis(ctx, options))
    .addHelpText('after', metricsHelp(kpiIds))
  declare(command, ctx, {
    effect: 'reads',
    output: { list: figureNoun, document: 'kpis' },
    exitCodes: [3],
    examples: [
      ['cto metrics kpis', 'how things stand'],
      ['cto metrics kpis --project web', 'how they stand in one project'],
      ['cto metrics kpis --json', 'for a dashboard'],
    ],
  })
}

export async function showKpis(ctx: Context, options: BugFilterOptions): Promise<void> {
  const figures = await ctx.read(async (db) => {
    const filter = await bugFilter(db, ctx, options, { status: null })
    return getKpis(db, { filter, now: ctx.now() })
  })
  if (ctx.flags.format === 'json') {
    const data = figuresById(figures, ctx.flags.fields)
    await ctx.printDocument({ data, text: () => '' })
  } else {
    await ctx.printPage(figureNoun, { data: figures })
  }
}
