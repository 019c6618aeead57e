import { metricOf, sessionIds } from '../../domain/metric.js'
import type { Context } from '../../context.js'
import { addSessionWindow, sessionScopeOf, type SessionScopeOptions } from '../../flags/scope.js'
import { figureView } from '../../views/figure.js'
import type { CommandDefinition } from '../definition.js'
import { printFigures } from './figure-verb.js'
import { metricsHelp } from './help.js'

export const metricsSessionsCommand: CommandDefinition = {
  name: 'sessions',
  description: 'Sessions, active hours, calls of tools and requests to language models in a window',
  effect: 'reads',
  output: { list: figureView, document: 'sessionFigures', formats: ['prometheus'] },
  exitCodes: [3],
  examples: [
    ['cto metrics sessions', 'the last 30 days of everybody'],
    ['cto metrics sessions --user @me --since monday', 'your week'],
    ['cto metrics sessions --source claude-transcript --project web', 'one tool on one project'],
  ],
  parameters: (command) => addSessionWindow(command).addHelpText('after', metricsHelp(sessionIds)),
  run: showSessions,
}

async function showSessions(ctx: Context, options: SessionScopeOptions): Promise<void> {
  const { getFigures } = await import('../../data/metrics/figures.js')
  const figures = await ctx.db.read(async (db) =>
    getFigures(db, { ids: sessionIds, scope: await sessionScopeOf(db, ctx, options) }),
  )
  if (ctx.line.flags.format === 'prometheus') {
    const { openMetrics } = await import('../../output/open-metrics.js')
    const gauges = figures.map((figure) => ({ ...figure, help: metricOf(figure.id).formula }))
    return ctx.out.document({ data: null, text: () => openMetrics(gauges) })
  }
  await printFigures(ctx, { figures, doubts: [], busy: null })
}
