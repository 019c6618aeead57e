import type { Command } from 'commander'
import { countImports, findImports } from '../../data/imports/imports.js'
import type { Context } from '../context.js'
import { wholeNumber, withExamples } from '../options.js'
import { importNoun } from './noun.js'

interface HistoryOptions {
  latest?: boolean
  limit: number
}

export function addImportHistory(parent: Command, ctx: Context): void {
  const command = parent
    .command('history')
    .description('List imports, the newest first, also those that failed')
    .option('--latest', 'only the last one of each source')
    .option('-L, --limit <n>', 'at most this many; 0 for all', wholeNumber, 50)
    .action((options: HistoryOptions) => listImports(ctx, options))
  withExamples(command, [
    ['cto import history', 'what came in, and when'],
    ['cto import history --latest --json', 'how fresh each source is, for a program'],
  ])
}

export async function listImports(ctx: Context, { latest = false, limit }: HistoryOptions): Promise<void> {
  const page = await ctx.read(async (db) => ({
    data: await findImports(db, { limit, latest }),
    total: await countImports(db, { latest }),
  }))
  await ctx.printPage(importNoun, page)
}
