import type { Command } from 'commander'
import { slaIds } from '../../domain/metric.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { figureView } from '../../views/figure.js'
import { showFigures } from './figure-verb.js'
import { metricsHelp } from './help.js'
import { addWindow, type ScopeOptions } from '../../flags/scope.js'

export function addMetricsSla(parent: Command, ctx: Context): void {
  const command = parent
    .command('sla')
    .description(
      'How many SLAs were kept in a window, by how much others were missed, and which are in danger',
    )
  addWindow(command)
    .action((options: ScopeOptions) => showFigures(ctx, slaIds, options))
    .addHelpText('after', metricsHelp(slaIds))
  declare(command, ctx, {
    effect: 'reads',
    output: { list: figureView, document: 'slaFigures' },
    exitCodes: [3],
    examples: [
      ['cto metrics sla', 'the last 30 days'],
      ['cto metrics sla --severity critical --since 90d', 'of critical bugs, over a quarter'],
      ['cto bugs list --sla breached', 'which they are'],
    ],
  })
}
