import type { Command } from 'commander'
import { UsageError } from '../../errors.js'
import type { RecordView } from '../../output/field.js'
import type { CommandDescription } from '../../shapes/command.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'

export function addCommands(command: Command, ctx: Context): void {
  command
    .argument('[words...]', 'a group or a command; all of them unless given')
    .action((words: string[]) => listCommands(ctx, words))
  declare(command, ctx, {
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
  })
}

export async function listCommands(ctx: Context, words: readonly string[]): Promise<void> {
  const { describeCommands } = await import('../describe.js')
  const start = words.join(' ')
  const all = describeCommands(await ctx.line.commandTree())
  const data = all.filter(({ path }) => start === '' || path === start || path.startsWith(`${start} `))
  if (data.length === 0) throw new UsageError(`there is no command "${start}"`, { hint: 'cto commands' })
  await ctx.out.page(commandView, { data, total: data.length })
}

const commandView: RecordView<CommandDescription> = {
  name: 'command',
  plural: 'commands',
  shape: 'command',
  id: ({ path }) => path,
  defaults: ['path', 'effect', 'description'],
  fields: [
    { name: 'path', header: 'COMMAND' },
    { name: 'effect', header: 'DATABASE', omit: 1 },
    { name: 'description', header: 'WHAT IT DOES', shrink: 1 },
    {
      name: 'arguments',
      header: 'ARGUMENTS',
      flat: (command) => command.arguments.map(({ name }) => name).join(','),
      shrink: 2,
    },
    {
      name: 'flags',
      header: 'FLAGS',
      flat: ({ flags }) => flags.flatMap(({ name, global }) => (global ? [] : [name])).join(','),
      shrink: 2,
    },
    { name: 'formats', header: 'FORMATS', shrink: 3 },
    {
      name: 'exitCodes',
      header: 'EXIT CODES',
      flat: ({ exitCodes }) => exitCodes.map(({ code }) => code).join(','),
    },
    { name: 'fields', header: 'FIELDS', shrink: 3 },
    {
      name: 'examples',
      header: 'EXAMPLES',
      flat: ({ examples }) => examples.map(({ line }) => line).join('\n'),
      shrink: 3,
    },
    { name: 'output', header: 'JSON SCHEMA', shrink: 3 },
  ],
}
