import { metricOf, sessionIds } from '../../domain/metric.js'
import { groupings, isPeriodGrouping, mostGroupings, type Grouping } from '../../domain/metrics/groupings.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { words } from '../../flags/options.js'
import { addSessionWindow, sessionScopeOf, type SessionScopeOptions } from '../../flags/scope.js'
import { figureView } from '../../views/figure.js'
import { figureGroupView, figureGroupViewBy } from '../../views/figure-group.js'
import type { CommandDefinition } from '../definition.js'
import { printFigures } from './figure-verb.js'
import { metricsHelp } from './help.js'

interface SessionsOptions extends SessionScopeOptions {
  by?: Grouping[]
}

export const metricsSessionsCommand: CommandDefinition = {
  name: 'sessions',
  description: 'Sessions, active hours, calls of tools and requests to language models in a window',
  effect: 'reads',
  output: {
    list: figureView,
    rows: [figureGroupView],
    document: 'sessionFigures',
    formats: ['prometheus'],
  },
  exitCodes: [3],
  examples: [
    ['cto metrics sessions', 'the last 30 days of everybody'],
    ['cto metrics sessions --user @me --since monday', 'your week'],
    ['cto metrics sessions --source claude-transcript --project web', 'one tool on one project'],
    ['cto metrics sessions --by user,week', 'a row for each person and week, and one of all'],
    ['cto metrics sessions --by tool --fields tool,tools.calls,tools.cpu', 'other figures of each tool'],
  ],
  parameters: (command) =>
    addSessionWindow(command)
      .optionsGroup('How:')
      .option(
        '--by <groupings>',
        `${groupings.join(', ')}; ${mostGroupings} at most`,
        words('grouping', groupings),
      )
      .addHelpText('after', metricsHelp(sessionIds)),
  run: showSessions,
}

async function showSessions(ctx: Context, { by, ...options }: SessionsOptions): Promise<void> {
  if (by !== undefined) return showGroups(ctx, by, options)
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

async function showGroups(
  ctx: Context,
  given: readonly Grouping[],
  options: SessionScopeOptions,
): Promise<void> {
  const by = [...new Set(given)]
  if (by.length > mostGroupings || by.filter(isPeriodGrouping).length > 1) {
    throw new UsageError(`--by takes ${mostGroupings} groupings at most, and one length of time`, {
      hint: 'cto metrics sessions --by user,week',
    })
  }
  if (ctx.line.flags.format === 'prometheus')
    throw new UsageError('--by and --format prometheus exclude each other')
  const view = figureGroupViewBy(by)
  await ctx.out.requireFields(view)
  const { getFigureGroups } = await import('../../data/metrics/figure-groups.js')
  const groups = await ctx.db.read(async (db) =>
    getFigureGroups(db, { ids: sessionIds, scope: await sessionScopeOf(db, ctx, options), by }),
  )
  await ctx.out.page(view, { data: groups })
}
