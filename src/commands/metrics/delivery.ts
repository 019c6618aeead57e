import { deliveryIds, metricOf, type MetricId } from '../../domain/metric.js'
import type { Context } from '../../context.js'
import { givenDeliveryFilters, strayFilter } from '../../flags/delivery-filter.js'
import { addDeliveryWindow, deliveryScopeOf, type DeliveryScopeOptions } from '../../flags/scope.js'
import { figureView } from '../../views/figure.js'
import type { CommandDefinition } from '../definition.js'
import { printFigures } from './figure-verb.js'
import { metricsHelp } from './help.js'

export const metricsDeliveryCommand: CommandDefinition = {
  name: 'delivery',
  description:
    "DORA's figures, the stages of pull requests, reviews, commits, issues and the risk of AI reviews",
  effect: 'reads',
  output: { list: figureView, document: 'deliveryFigures', formats: ['prometheus'] },
  exitCodes: [3],
  examples: [
    ['cto metrics delivery', 'the last 30 days of every repository'],
    ['cto metrics delivery --org acme --since 90d', 'a quarter of an organization'],
    ['cto metrics delivery --repo acme/web --base main', 'pull requests into one branch'],
    [
      'cto metrics delivery --format prometheus -o delivery.prom',
      'for the text-file collector of Prometheus',
    ],
  ],
  parameters: (command) => addDeliveryWindow(command).addHelpText('after', metricsHelp(deliveryIds)),
  run: showDelivery,
}

async function showDelivery(ctx: Context, options: DeliveryScopeOptions): Promise<void> {
  const { getFigures } = await import('../../data/metrics/figures.js')
  const { getDeliveryQuality } = await import('../../data/metrics/delivery-quality.js')
  const given = givenDeliveryFilters(options)
  const ids = deliveryIds.filter((id) => strayFilter(id, given) === undefined)
  const { figures, doubts } = await ctx.db.read(async (db) => {
    const scope = await deliveryScopeOf(db, ctx, options)
    return {
      figures: await getFigures(db, { ids, scope }),
      doubts: await getDeliveryQuality(db, { scope, ids }),
    }
  })
  if (ctx.line.flags.format === 'prometheus') {
    const { openMetrics } = await import('../../output/open-metrics.js')
    const gauges = figures.map((figure) => ({ ...figure, help: metricOf(figure.id).formula }))
    return ctx.out.document({ data: null, text: () => openMetrics(gauges) })
  }
  await printFigures(ctx, { figures, doubts, busy: null })
  sayLeftOut(ctx, ids)
}

function sayLeftOut(ctx: Context, ids: readonly MetricId[]): void {
  const count = deliveryIds.length - ids.length
  if (count > 0) ctx.out.notice(`${count} figures to which these filters do not apply are left out`)
}
