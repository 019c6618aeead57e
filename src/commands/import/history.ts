import type { Command } from 'commander'
import { importList, importSortFields } from '../../data/imports/imports.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import { importView } from '../../views/import.js'

interface HistoryOptions extends ListOptions {
  latest?: true
}

export function addImportHistory(parent: Command, ctx: Context): void {
  const command = parent
    .command('history')
    .description('List imports, the newest first, also those that failed')
    .option('--latest', 'only the last one of each source')
  addListOptions(command, importSortFields).action((options: HistoryOptions) => listImports(ctx, options))
  declare(command, ctx, {
    effect: 'reads',
    output: { list: importView },
    exitCodes: [8],
    examples: [
      ['cto import history', 'what came in, and when'],
      ['cto import history --latest --json', 'how fresh each source is, for a program'],
    ],
  })
}

export async function listImports(ctx: Context, options: HistoryOptions): Promise<void> {
  await ctx.out.list(importView, options, () => importList(options))
}
