import { engineeringIds } from '../../domain/metric.js'
import { figureView } from '../../views/figure.js'
import { showFigures } from './figure-verb.js'
import { metricsHelp } from './help.js'
import { addWindow, type ScopeOptions } from '../../flags/scope.js'
import type { CommandDefinition } from '../definition.js'

export const metricsEngineeringCommand: CommandDefinition = {
  name: 'engineering',
  description: 'Throughput, time to resolution, reopen rate, estimates and SLA over a window',
  effect: 'reads',
  output: { list: figureView, document: 'engineering' },
  exitCodes: [3],
  examples: [
    ['cto metrics engineering', 'the last 30 days'],
    ['cto metrics engineering --between 2026-07-01..2026-09-30', 'a quarter, as it was at its end'],
    ["cto metrics engineering --project web --severity '!low'", 'what matters in one project'],
  ],
  parameters: (command) => addWindow(command).addHelpText('after', metricsHelp(engineeringIds)),
  run: (ctx, options: ScopeOptions) => showFigures(ctx, engineeringIds, options),
}
