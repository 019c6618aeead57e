import type { Command } from 'commander'
import { getFigures } from '../../data/metrics/figures.js'
import { kpiIds, metricOf } from '../../domain/metric.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { figureNoun, figuresById } from '../../views/figure.js'
import { metricsHelp } from './help.js'
import { addMoment, scopeOf, type ScopeOptions } from '../../flags/scope.js'

export function addMetricsKpis(parent: Command, ctx: Context): void {
  const command = parent
    .command('kpis')
    .description('The figures of the dashboard; filters narrow those of bugs, never those of the portfolio')
  addMoment(command)
    .action((options: ScopeOptions) => showKpis(ctx, options))
    .addHelpText('after', metricsHelp(kpiIds))
  declare(command, ctx, {
    effect: 'reads',
    output: { list: figureNoun, document: 'kpis', formats: ['prometheus'] },
    exitCodes: [3],
    examples: [
      ['cto metrics kpis', 'how things stand'],
      ['cto metrics kpis --project web', 'how they stand in one project'],
      ['cto metrics kpis --as-of 2026-08-31', 'how they stood at the end of August'],
      ['cto metrics kpis --json', 'for a dashboard'],
      ['cto metrics kpis --format prometheus -o cto.prom', 'for the text-file collector of Prometheus'],
    ],
  })
}

export async function showKpis(ctx: Context, options: ScopeOptions): Promise<void> {
  const figures = await ctx.read(async (db) =>
    getFigures(db, { ids: kpiIds, scope: await scopeOf(db, ctx, options) }),
  )
  switch (ctx.flags.format) {
    case 'json':
      return ctx.printDocument({ data: figuresById(figures, ctx.flags.fields), text: () => '' })
    case 'prometheus': {
      const { openMetrics } = await import('../../output/open-metrics.js')
      const gauges = figures.map((figure) => ({ ...figure, help: metricOf(figure.id).formula }))
      return ctx.printDocument({ data: null, text: () => openMetrics(gauges) })
    }
    default:
      return ctx.printPage(figureNoun, { data: figures })
  }
}
