import type { Command } from 'commander'
import { getFigures } from '../../data/metrics/figures.js'
import { kpiIds } from '../../domain/metric.js'
import type { Context } from '../context.js'
import { declare } from '../declare.js'
import { figureNoun, figuresById } from '../figures.js'
import { metricsHelp } from './help.js'
import { addMoment, scopeOf, type ScopeOptions } from './scope.js'

export function addMetricsKpis(parent: Command, ctx: Context): void {
  const command = parent
    .command('kpis')
    .description('The figures of the dashboard; filters narrow those of bugs, never those of the portfolio')
  addMoment(command)
    .action((options: ScopeOptions) => showKpis(ctx, options))
    .addHelpText('after', metricsHelp(kpiIds))
  declare(command, ctx, {
    effect: 'reads',
    output: { list: figureNoun, document: 'kpis' },
    exitCodes: [3],
    examples: [
      ['cto metrics kpis', 'how things stand'],
      ['cto metrics kpis --project web', 'how they stand in one project'],
      ['cto metrics kpis --as-of 2026-08-31', 'how they stood at the end of August'],
      ['cto metrics kpis --json', 'for a dashboard'],
    ],
  })
}

export async function showKpis(ctx: Context, options: ScopeOptions): Promise<void> {
  const figures = await ctx.read(async (db) =>
    getFigures(db, { ids: kpiIds, scope: await scopeOf(db, ctx, options) }),
  )
  if (ctx.flags.format === 'json') {
    const data = figuresById(figures, ctx.flags.fields)
    await ctx.printDocument({ data, text: () => '' })
  } else {
    await ctx.printPage(figureNoun, { data: figures })
  }
}
