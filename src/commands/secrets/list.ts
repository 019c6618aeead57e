import { secretList } from '../../data/secrets/secrets.js'
import type { Context } from '../../context.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import { organizationNamed } from '../../flags/organization.js'
import { secretView } from '../../views/secret.js'
import type { CommandDefinition } from '../definition.js'

interface Options extends ListOptions {
  org?: string
}

export const secretsListCommand: CommandDefinition = {
  name: 'list',
  description: 'List stored secrets, without their values',
  effect: 'reads',
  output: { list: secretView },
  exitCodes: [3, 8],
  examples: [
    ['cto secrets list', 'names, and when each was set'],
    ['cto secrets list --org acme', 'those of one organization'],
  ],
  parameters: (command) =>
    addListOptions(
      command.optionsGroup('Filters:').option('--org <organization>', 'only of this organization'),
      ['name', 'organization', 'updatedAt'],
    ),
  run: listSecrets,
}

async function listSecrets(ctx: Context, options: Options): Promise<void> {
  await ctx.out.list(secretView, options, async (db) => secretList(await organizationNamed(db, options.org)))
}
