import { flowIds } from '../../domain/metric.js'
import type { Context } from '../../context.js'
import { drawTrends } from '../../views/drawing.js'
import { choice } from '../../flags/options.js'
import { findBusyWindow } from '../../flags/busy-window.js'
import { sayWindow } from '../../views/window.js'
import { sayDoubts } from './figure-verb.js'
import { metricsHelp } from './help.js'
import { addWindow, scopeOf, type ScopeOptions } from '../../flags/scope.js'
import type { CommandDefinition } from '../definition.js'
import { flowPeriodView } from '../../views/flow-period.js'

const units = ['day', 'week', 'month'] as const

interface FlowOptions extends ScopeOptions {
  by?: (typeof units)[number]
}

export const metricsFlowCommand: CommandDefinition = {
  name: 'flow',
  description: 'Bugs that came in, went out and came back, by day, week or month, and the backlog they left',
  effect: 'reads',
  output: { list: flowPeriodView, document: 'flow' },
  exitCodes: [3],
  examples: [
    ['cto metrics flow', 'week by week, the last 30 days'],
    ['cto metrics flow --since 7d', 'day by day'],
    ['cto metrics flow --between 2026-01-01..2026-06-30 --by month -p web', 'half a year of one project'],
  ],
  parameters: (command) =>
    addWindow(command)
      .option('--by <unit>', `${units.join(', ')}; days up to two weeks unless given`, choice('unit', units))
      .addHelpText('after', metricsHelp(flowIds)),
  run: showFlow,
}

async function showFlow(ctx: Context, { by: unit, ...options }: FlowOptions): Promise<void> {
  const { getFlow } = await import('../../data/metrics/flow.js')
  const { getDataQuality } = await import('../../data/metrics/data-quality.js')
  const { periodBounds, periodStart, periodUnit } = await import('../../domain/metric-window.js')
  const { window, by, flow, doubts, busy } = await ctx.db.read(async (db) => {
    const asked = await scopeOf(db, ctx, options)
    const by = unit ?? periodUnit(asked.window)
    // A duration names no day to begin with: the first period is a whole one.
    const isOpen = options.between === undefined && !isDay(options.since)
    const from = isOpen ? periodStart(asked.window.from, by, ctx.line.zone) : asked.window.from
    const scope = { ...asked, window: { ...asked.window, from } }
    const read = await getFlow(db, { scope, bounds: periodBounds(scope.window, by, ctx.line.zone) })
    // Looking for the bugs that do not add up takes a walk through all of history: only where something does not.
    const doubts = read.unexplained === 0 ? [] : await getDataQuality(db, { scope, ids: ['flow.net'] })
    const busy = await findBusyWindow(db, ctx, scope.window)
    return { window: scope.window, by, flow: read, doubts, busy }
  })
  if (ctx.line.flags.format === 'json') {
    await ctx.out.document({ data: { window, by, ...flow, doubts }, text: () => '' })
    return
  }
  sayWindow(ctx, window)
  await ctx.out.page(flowPeriodView, { data: flow.periods })
  if (busy !== null) ctx.out.notice(busy)
  await drawTrends(
    ctx,
    (['created', 'resolved', 'backlog'] as const).map((label) => ({
      label,
      values: flow.periods.map((period) => period[label]),
    })),
  )
  const net = flow.periods.reduce((sum, period) => sum + period.net, 0)
  ctx.out.notice(
    `backlog: ${flow.before.backlog} at the start ${net < 0 ? '−' : '+'} ${Math.abs(net)} net = ${flow.before.backlog + net} at the end`,
  )
  if (flow.unexplained !== 0) {
    ctx.out.notice(`but ${flow.after.backlog} were counted: ${flow.unexplained} unexplained by history`)
    sayDoubts(ctx, doubts)
  }
}

function isDay(since: string | undefined): boolean {
  return since !== undefined && !/^\d+[a-z]$/i.test(since.trim())
}
