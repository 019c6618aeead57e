import { setSecret } from '../../data/secrets/secrets.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { organizationNamed } from '../../flags/organization.js'
import { secretView } from '../../views/secret.js'
import { proseHelp } from '../../flags/prose-help.js'
import type { CommandDefinition } from '../definition.js'
import { encryptionKeys } from '../encryption-keys.js'
import { readSecretText } from '../secret-text.js'

interface Options {
  org?: string
}

export const secretsSetCommand: CommandDefinition = {
  name: 'set',
  description: 'Store a secret, encrypted; its value comes from standard input',
  effect: 'writes',
  output: { record: secretView },
  exitCodes: [3],
  examples: [
    ['cat slack-url.txt | cto secrets set slack', 'the address of a channel, which is a secret itself'],
    ['openssl rand -base64 32 | cto secrets set ci-signing', 'a key that signs webhooks'],
    ['cto secrets set token --org acme', 'type it on the terminal, which does not show it'],
  ],
  parameters: (command) =>
    command
      .argument('<secret>', 'letters, digits, and . _ -; an existing secret gets the new value')
      .option('--org <organization>', 'a secret of this organization')
      .addHelpText('after', proseHelp(keyHelp)),
  run: setOneSecret,
}

async function setOneSecret(ctx: Context, name: string, { org }: Options): Promise<void> {
  if (!/^[A-Za-z0-9][\w.-]{0,63}$/.test(name)) {
    throw new UsageError(`"${name}" is not a name of a secret`, {
      hint: 'write letters, digits and . _ -, at most 64',
    })
  }
  const { current: key } = encryptionKeys(ctx)
  const value = await readSecretText(ctx, `Value of ${name}:`)
  const secret = await ctx.db.write(async (tx) => {
    const organizationId = await organizationNamed(tx, org)
    return setSecret(tx, { name, organizationId, value, key, actor: await ctx.db.actor(tx) })
  })
  await ctx.out.one(secretView, secret)
}

const keyHelp = `
The key of 32 bytes is in the file that CTO_ENCRYPTION_KEY_FILE names (mode 600), or in
CTO_ENCRYPTION_KEY. The database does not hold it: keep a copy where backups are not.`
