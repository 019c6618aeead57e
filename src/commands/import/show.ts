import type { Command } from 'commander'
import { getImport } from '../../data/imports/imports.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { importView } from '../../views/import.js'

export function addImportShow(parent: Command, ctx: Context): void {
  const command = parent
    .command('show')
    .description('Show one import: what it read, how it read it, what came of it')
    .argument('<import>', 'its id, or the beginning of it')
    .action((name: string) => showImport(ctx, name))
  declare(command, ctx, {
    effect: 'reads',
    output: { record: importView },
    exitCodes: [3],
    examples: [
      ['cto import show 5eed0000', 'the beginning of the id is enough'],
      ['cto import show 5eed0000 --fields errors --json', 'the first hundred problems'],
    ],
  })
}

export async function showImport(ctx: Context, name: string): Promise<void> {
  await ctx.out.one(importView, await ctx.db.read((db) => getImport(db, name)))
}
