import { revokeApiKey } from '../../data/keys/api-keys.js'
import type { Context } from '../../context.js'
import { apiKeyView } from '../../views/api-key.js'
import type { CommandDefinition } from '../definition.js'

export const keysRevokeCommand: CommandDefinition = {
  name: 'revoke',
  description: 'Revoke a key for good: it is accepted no more',
  effect: 'writes',
  output: { record: apiKeyView },
  exitCodes: [3],
  examples: [
    ['cto keys revoke ci', 'by its name, where only one key has it'],
    ['cto keys revoke cto_Ab12Cd34', 'by its beginning, as keys list prints it'],
  ],
  parameters: (command) => command.argument('<api-key>', 'its beginning, its name if that is unique, or id'),
  run: revokeKey,
}

async function revokeKey(ctx: Context, name: string): Promise<void> {
  const { key, changed } = await ctx.db.write(async (tx) =>
    revokeApiKey(tx, { name, actor: await ctx.db.actor(tx) }),
  )
  if (!changed) ctx.out.notice(`${key.prefix} is revoked already; nothing was changed`)
  await ctx.out.one(apiKeyView, key)
}
