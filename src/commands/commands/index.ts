import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import type { CommandBehaviour } from '../definition.js'
import { commandView } from '../../views/command.js'

export const commandsCommand: CommandBehaviour = {
  effect: 'none',
  output: { list: commandView },
  examples: [
    ['cto commands', 'what there is'],
    [
      'cto commands bugs list --json',
      'flags, types, exit codes and the JSON Schema of the output, for a program',
    ],
    ['cto commands -f ids', 'names only'],
  ],
  parameters: (command) => command.argument('[words...]', 'a group or a command; all of them unless given'),
  run: listCommands,
}

async function listCommands(ctx: Context, words: readonly string[]): Promise<void> {
  const start = words.join(' ')
  const all = await ctx.line.commands()
  const data = all.filter(({ path }) => start === '' || path === start || path.startsWith(`${start} `))
  if (data.length === 0) throw new UsageError(`there is no command "${start}"`, { hint: 'cto commands' })
  await ctx.out.page(commandView, { data, total: data.length })
}
