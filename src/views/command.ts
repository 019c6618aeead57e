import type { RecordView } from '../output/field.js'
import type { CommandDescription } from '../shapes/command.js'

export const commandView: RecordView<CommandDescription> = {
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
