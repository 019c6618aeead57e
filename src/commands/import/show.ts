import { getImport } from '../../data/imports/imports.js'
import type { Context } from '../../context.js'
import { importView } from '../../views/import.js'
import type { CommandDefinition } from '../definition.js'

export const importShowCommand: CommandDefinition = {
  name: 'show',
  description: 'Show one import: its file, how it was read, and the result',
  effect: 'reads',
  output: { record: importView },
  exitCodes: [3],
  examples: [
    ['cto import show 5eed0000', 'a prefix of the id is enough'],
    ['cto import show 5eed0000 --fields errors --json', 'the first hundred problems'],
  ],
  parameters: (command) => command.argument('<import>', 'its id, or a prefix of it'),
  run: showImport,
}

async function showImport(ctx: Context, name: string): Promise<void> {
  await ctx.out.one(importView, await ctx.db.read((db) => getImport(db, name)))
}
