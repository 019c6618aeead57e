import { apiKeyList } from '../../data/keys/api-keys.js'
import type { Context } from '../../context.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import { apiKeyView } from '../../views/api-key.js'
import type { CommandDefinition } from '../definition.js'

interface Options extends ListOptions {
  all?: true
}

export const keysListCommand: CommandDefinition = {
  name: 'list',
  description: 'List keys, the newest first',
  effect: 'reads',
  output: { list: apiKeyView },
  exitCodes: [8],
  examples: [
    ['cto keys list', 'those that are accepted'],
    ['cto keys list --all --sort lastUsedAt', 'with expired and revoked ones'],
  ],
  parameters: (command) =>
    addListOptions(command.optionsGroup('Filters:').option('--all', 'expired and revoked keys too'), [
      'name',
      'createdAt',
      'expiresAt',
      'lastUsedAt',
    ]),
  run: listKeys,
}

async function listKeys(ctx: Context, { all, ...portion }: Options): Promise<void> {
  await ctx.out.list(apiKeyView, portion, () => apiKeyList({ now: ctx.now(), all: all === true }))
}
