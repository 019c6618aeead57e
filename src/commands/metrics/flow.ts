import type { Command } from 'commander'
import { flowIds } from '../../domain/metric.js'
import type { RecordView } from '../../output/field.js'
import type { FlowPeriod } from '../../shapes/metric-report.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { drawTrends } from '../../views/drawing.js'
import { choice } from '../../flags/options.js'
import { sayDoubts } from './figure-verb.js'
import { metricsHelp } from './help.js'
import { addWindow, scopeOf, type ScopeOptions } from '../../flags/scope.js'

const units = ['day', 'week', 'month'] as const

interface FlowOptions extends ScopeOptions {
  by: (typeof units)[number]
}

export function addMetricsFlow(parent: Command, ctx: Context): void {
  const command = parent
    .command('flow')
    .description(
      'Bugs that came in, went out and came back, by day, week or month, and the backlog they left',
    )
  addWindow(command)
    .option('--by <unit>', units.join(', '), choice('unit', units), 'day')
    .action((options: FlowOptions) => showFlow(ctx, options))
    .addHelpText('after', metricsHelp(flowIds))
  declare(command, ctx, {
    effect: 'reads',
    output: { list: flowView, document: 'flow' },
    exitCodes: [3],
    examples: [
      ['cto metrics flow', 'day by day, the last 30 days'],
      ['cto metrics flow --since 90d --by week', 'a quarter by week'],
      ['cto metrics flow --between 2026-01-01..2026-06-30 --by month -p web', 'half a year of one project'],
    ],
  })
}

export async function showFlow(ctx: Context, { by, ...options }: FlowOptions): Promise<void> {
  const { getFlow } = await import('../../data/metrics/flow.js')
  const { getDataQuality } = await import('../../data/metrics/data-quality.js')
  const { periodBounds } = await import('../../domain/metric-window.js')
  const { window, flow, doubts } = await ctx.db.read(async (db) => {
    const scope = await scopeOf(db, ctx, options)
    const read = await getFlow(db, { scope, bounds: periodBounds(scope.window, by, ctx.line.zone) })
    // Looking for the bugs that do not add up takes a walk through all of history: only where something does not.
    const doubts = read.unexplained === 0 ? [] : await getDataQuality(db, { scope, ids: ['flow.net'] })
    return { window: scope.window, flow: read, doubts }
  })
  if (ctx.line.flags.format === 'json') {
    await ctx.out.document({ data: { window, by, ...flow, doubts }, text: () => '' })
    return
  }
  await ctx.out.page(flowView, { data: flow.periods })
  await drawTrends(
    ctx,
    (['created', 'resolved', 'backlog'] as const).map((label) => ({
      label,
      values: flow.periods.map((period) => period[label]),
    })),
  )
  const net = flow.periods.reduce((sum, period) => sum + period.net, 0)
  ctx.out.notice(
    `backlog ${flow.before.backlog} ${net < 0 ? '−' : '+'} ${Math.abs(net)} = ${flow.before.backlog + net}`,
  )
  if (flow.unexplained !== 0) {
    ctx.out.notice(`but ${flow.after.backlog} were counted: ${flow.unexplained} unexplained by history`)
    sayDoubts(ctx, doubts)
  }
}

const flowView: RecordView<FlowPeriod> = {
  name: 'period',
  plural: 'periods',
  shape: 'flowPeriod',
  id: ({ from }) => from.toISOString(),
  defaults: ['from', 'created', 'reopened', 'resolved', 'deleted', 'net', 'backlog', 'open', 'deferred'],
  fields: [
    { name: 'from', header: 'FROM' },
    { name: 'to', header: 'TO' },
    { name: 'created', header: 'NEW', align: 'right' },
    { name: 'reopened', header: 'REOPENED', align: 'right', omit: 3 },
    { name: 'resolved', header: 'DONE', align: 'right' },
    { name: 'deleted', header: 'DELETED', align: 'right', omit: 1 },
    { name: 'net', header: 'NET', align: 'right', omit: 4 },
    { name: 'backlog', header: 'BACKLOG', align: 'right' },
    { name: 'open', header: 'OPEN', align: 'right', omit: 5 },
    { name: 'deferred', header: 'DEFERRED', align: 'right', omit: 2 },
  ],
}
