import { slaIds } from '../../domain/metric.js'
import { figureView } from '../../views/figure.js'
import { showFigures } from './figure-verb.js'
import { metricsHelp } from './help.js'
import { addWindow, type ScopeOptions } from '../../flags/scope.js'
import type { CommandDefinition } from '../definition.js'

export const metricsSlaCommand: CommandDefinition = {
  name: 'sla',
  description: 'SLAs kept and missed in a window, by how much, and the open bugs at risk or late at its end',
  effect: 'reads',
  output: { list: figureView, document: 'slaFigures' },
  exitCodes: [3],
  examples: [
    ['cto metrics sla', 'the last 30 days'],
    ['cto metrics sla --severity critical --since 90d', 'of critical bugs, over a quarter'],
    ['cto bugs list --sla breached', 'which they are'],
  ],
  parameters: (command) => addWindow(command).addHelpText('after', metricsHelp(slaIds)),
  run: (ctx, options: ScopeOptions) => showFigures(ctx, slaIds, options),
}
