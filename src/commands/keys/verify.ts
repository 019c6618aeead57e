import { verifyApiKey } from '../../data/keys/api-keys.js'
import { CtoError, UsageError, required } from '../../errors.js'
import type { Context } from '../../context.js'
import { apiKeyView } from '../../views/api-key.js'
import type { CommandDefinition } from '../definition.js'
import { readSecretText } from '../secret-text.js'

export const keysVerifyCommand: CommandDefinition = {
  name: 'verify',
  description: 'Check a key from standard input: exit 0, or 4 if it is not accepted',
  effect: 'writes',
  output: { record: apiKeyView },
  examples: [
    ['cat key.txt | cto keys verify -', 'whose it is, and its scopes'],
    ['printf %s "$KEY" | cto keys verify - --json', 'in a script'],
  ],
  parameters: (command) => command.argument('<stdin>', '- for standard input: arguments are seen by others'),
  run: verifyKey,
}

async function verifyKey(ctx: Context, source: string): Promise<void> {
  if (source !== '-') {
    throw new UsageError('a key is read from standard input', {
      reason: 'other users can see the arguments of a command',
      hint: 'cat key.txt | cto keys verify -',
    })
  }
  const text = (await readSecretText(ctx, 'Key:')).trim()
  // The refusal is recorded, so it is no error within the transaction.
  const { key, refusal } = await ctx.db.write(async (tx) =>
    verifyApiKey(tx, { text, actor: await ctx.db.actor(tx) }),
  )
  if (refusal !== null) {
    throw new CtoError(
      'NOT_PERMITTED',
      refusal === 'unknown' ? 'the key is not known' : `the key is ${refusal}`,
      {
        hint: 'cto keys create NAME --scopes read',
      },
    )
  }
  await ctx.out.one(apiKeyView, required(key, 'an accepted key'))
}
