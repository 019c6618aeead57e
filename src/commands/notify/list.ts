import { ruleList } from '../../data/notify/rules.js'
import type { Context } from '../../context.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import { ruleView } from '../../views/notification.js'
import type { CommandDefinition } from '../definition.js'

export const notifyListCommand: CommandDefinition = {
  name: 'list',
  description: 'List notification rules, by name',
  effect: 'reads',
  output: { list: ruleView },
  exitCodes: [8],
  examples: [
    ['cto notify list', 'what is watched, and what fires'],
    ['cto notify list --json', 'with silences and filters'],
  ],
  parameters: (command) => addListOptions(command, ['name']),
  run: (ctx: Context, options: ListOptions) => ctx.out.list(ruleView, options, () => ruleList),
}
