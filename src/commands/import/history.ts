import { importList, importSortFields } from '../../data/imports/imports.js'
import type { Context } from '../../context.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import { importView } from '../../views/import.js'
import type { CommandDefinition } from '../definition.js'

interface HistoryOptions extends ListOptions {
  latest?: true
}

export const importHistoryCommand: CommandDefinition = {
  name: 'history',
  description: 'List imports, failed ones too, the newest first',
  effect: 'reads',
  output: { list: importView },
  exitCodes: [8],
  examples: [
    ['cto import history', 'all imports and their times'],
    ['cto import history --latest --json', 'the last import of each source, for a program'],
  ],
  parameters: (command) => {
    command.option('--latest', 'only the last one of each source')
    addListOptions(command, importSortFields)
  },
  run: listImports,
}

async function listImports(ctx: Context, options: HistoryOptions): Promise<void> {
  await ctx.out.list(importView, options, () => importList(options))
}
