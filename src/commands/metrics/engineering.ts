import type { Command } from 'commander'
import { engineeringIds } from '../../domain/metric.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { figureView } from '../../views/figure.js'
import { showFigures } from './figure-verb.js'
import { metricsHelp } from './help.js'
import { addWindow, type ScopeOptions } from '../../flags/scope.js'

export function addMetricsEngineering(parent: Command, ctx: Context): void {
  const command = parent
    .command('engineering')
    .description('Throughput, time to resolution, reopen rate, estimates and SLA over a window')
  addWindow(command)
    .action((options: ScopeOptions) => showFigures(ctx, engineeringIds, options))
    .addHelpText('after', metricsHelp(engineeringIds))
  declare(command, ctx, {
    effect: 'reads',
    output: { list: figureView, document: 'engineering' },
    exitCodes: [3],
    examples: [
      ['cto metrics engineering', 'the last 30 days'],
      ['cto metrics engineering --between 2026-07-01..2026-09-30', 'a quarter, as it was at its end'],
      ["cto metrics engineering --project web --severity '!low'", 'what matters in one project'],
    ],
  })
}
