import { getFigures } from '../../data/metrics/figures.js'
import { kpiIds, metricOf } from '../../domain/metric.js'
import type { Context } from '../../context.js'
import { figureView, figuresById } from '../../views/figure.js'
import { sayWhen } from '../../views/window.js'
import { metricsHelp } from './help.js'
import { addMoment, scopeOf, type ScopeOptions } from '../../flags/scope.js'
import type { CommandDefinition } from '../definition.js'

export const metricsKpisCommand: CommandDefinition = {
  name: 'kpis',
  description: 'The figures of the dashboard; filters narrow those of bugs, never those of the portfolio',
  effect: 'reads',
  output: { list: figureView, document: 'kpis', formats: ['prometheus'] },
  exitCodes: [3],
  examples: [
    ['cto metrics kpis', 'the current figures'],
    ['cto metrics kpis --project web', 'those of one project'],
    ['cto metrics kpis --as-of 2026-08-31', 'how they stood at the end of August'],
    ['cto metrics kpis --json', 'for a dashboard'],
    ['cto metrics kpis --format prometheus -o cto.prom', 'for the text-file collector of Prometheus'],
  ],
  parameters: (command) => addMoment(command).addHelpText('after', metricsHelp(kpiIds)),
  run: showKpis,
}

async function showKpis(ctx: Context, options: ScopeOptions): Promise<void> {
  const figures = await ctx.db.read(async (db) =>
    getFigures(db, { ids: kpiIds, scope: await scopeOf(db, ctx, options) }),
  )
  switch (ctx.line.flags.format) {
    case 'json':
      return ctx.out.document({ data: figuresById(figures, ctx.line.flags.fields), text: () => '' })
    case 'prometheus': {
      const { openMetrics } = await import('../../output/open-metrics.js')
      const gauges = figures.map((figure) => ({ ...figure, help: metricOf(figure.id).formula }))
      return ctx.out.document({ data: null, text: () => openMetrics(gauges) })
    }
    default:
      sayWhen(ctx, figures)
      return ctx.out.page(figureView, { data: figures })
  }
}
