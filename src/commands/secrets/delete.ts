import { deleteSecret, getSecret } from '../../data/secrets/secrets.js'
import type { Context } from '../../context.js'
import { organizationNamed } from '../../flags/organization.js'
import { visible } from '../../output/visible.js'
import { secretView } from '../../views/secret.js'
import type { CommandDefinition } from '../definition.js'
import { deletedWord } from '../deleted-word.js'

interface Options {
  org?: string
}

export const secretsDeleteCommand: CommandDefinition = {
  name: 'delete',
  description: 'Delete a secret for good, unless a notification rule uses it',
  effect: 'destroys',
  output: { record: secretView },
  exitCodes: [3, 7],
  examples: [
    ['cto secrets delete slack', 'asks first'],
    ['cto secrets delete token --org acme --yes', 'without a question'],
  ],
  parameters: (command) =>
    command
      .argument('<secret>', 'its whole name')
      .option('--org <organization>', 'a secret of this organization'),
  run: deleteOneSecret,
}

async function deleteOneSecret(ctx: Context, name: string, { org }: Options): Promise<void> {
  const secret = await ctx.db.open('write', async ({ read, write }) => {
    const found = await read(async (db) =>
      getSecret(db, { name, organizationId: await organizationNamed(db, org) }),
    )
    await ctx.ask.confirm(`delete the secret ${visible(name)}?`)
    await write(async (tx) => deleteSecret(tx, found, await ctx.db.actor(tx)), {
      dryRun: ctx.line.flags.dryRun,
    })
    return found
  })
  ctx.out.notice(`${deletedWord(ctx)} the secret ${visible(name)}`)
  await ctx.out.one(secretView, secret)
}
