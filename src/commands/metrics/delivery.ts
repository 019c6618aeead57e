import { deliveryIds, inferredIds, metricOf } from '../../domain/metric.js'
import type { Context } from '../../context.js'
import { givenDeliveryFilters, strayFilter } from '../../flags/delivery-filter.js'
import { addDeliveryWindow, deliveryScopeOf, type DeliveryScopeOptions } from '../../flags/scope.js'
import { addAllFigures } from '../../flags/rows-with-data.js'
import { figureView } from '../../views/figure.js'
import type { CommandDefinition } from '../definition.js'
import { printFigures } from './figure-verb.js'
import { metricsHelp } from './help.js'

interface Options extends DeliveryScopeOptions {
  inferred?: true
  all?: boolean
}

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
    ['cto metrics delivery --inferred', 'with deployments that bugs suspect by time, apart'],
    ['cto metrics delivery --repo acme/web --base main', 'pull requests into one branch'],
    [
      'cto metrics delivery --format prometheus -o delivery.prom',
      'for the text-file collector of Prometheus',
    ],
  ],
  parameters: (command) =>
    addAllFigures(
      addDeliveryWindow(command)
        .optionsGroup('What:')
        .option('--inferred', 'also failures by time: bugs that were reported after a deployment'),
    ).addHelpText('after', metricsHelp([...deliveryIds, ...inferredIds])),
  run: showDelivery,
}

async function showDelivery(ctx: Context, { inferred, all = false, ...options }: Options): Promise<void> {
  const { getFigures } = await import('../../data/metrics/figures.js')
  const { getDeliveryQuality } = await import('../../data/metrics/delivery-quality.js')
  const given = givenDeliveryFilters(options)
  const asked = inferred ? [...deliveryIds, ...inferredIds] : deliveryIds
  const ids = asked.filter((id) => strayFilter(id, given) === undefined)
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
  await printFigures(ctx, { figures, doubts, busy: null, all })
  sayLeftOut(ctx, asked.length - ids.length)
}

function sayLeftOut(ctx: Context, count: number): void {
  if (count > 0) ctx.out.notice(`${count} figures to which these filters do not apply are left out`)
}
