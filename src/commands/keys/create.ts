import { createApiKey } from '../../data/keys/api-keys.js'
import { apiKeyDays, apiKeyScopes, type ApiKeyScope } from '../../domain/delivery/api-key.js'
import { daySeconds } from '../../domain/duration.js'
import { isUnseen } from '../../domain/text.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { age } from '../../flags/age.js'
import { listOf, taking, word } from '../../flags/options.js'
import { organizationNamed } from '../../flags/organization.js'
import { personNamed } from '../../flags/people.js'
import { newApiKeyView } from '../../views/api-key.js'
import type { CommandDefinition } from '../definition.js'

interface Options {
  scopes: string[]
  user?: string
  org?: string
  /** Seconds. */
  expires: number | 'never'
}

export const keysCreateCommand: CommandDefinition = {
  name: 'create',
  description: 'Create a key for a program; it is shown this one time',
  effect: 'writes',
  output: { record: newApiKeyView },
  exitCodes: [3],
  examples: [
    ['cto keys create ci --scopes read,ingest', 'acts as you, for 90 days'],
    ['cto keys create dashboard --scopes read --user ada --expires 1y', 'acts as another user'],
  ],
  parameters: (command) =>
    command
      .argument('<name>', 'what uses it')
      .requiredOption('--scopes <scopes>', apiKeyScopes.join(', '), listOf(apiKeyScopes))
      .option('--user <user>', 'acts as this user; default: the acting user')
      .option('--org <organization>', 'for repositories of this organization')
      .option('--expires <age>', 'lifetime: 30d, 1y; never', expiry, apiKeyDays * daySeconds),
  run: createKey,
}

const expiry = taking({ words: ['never'] }, (text: string) =>
  text.toLowerCase() === 'never' ? 'never' : age(text),
)

async function createKey(ctx: Context, name: string, options: Options): Promise<void> {
  if (isUnseen(name)) throw new UsageError('a key needs a name', { hint: 'name what uses it: ci' })
  const scopes = apiKeyScopes.filter((scope) =>
    options.scopes.map((each): ApiKeyScope => word('scope', apiKeyScopes, each)).includes(scope),
  )
  const key = await ctx.db.write(async (tx) => {
    const actor = await ctx.db.actor(tx)
    const { user, org, expires } = options
    return createApiKey(tx, {
      name: name.trim(),
      scopes,
      userId: user === undefined ? actor.userId : await personNamed(tx, ctx, user),
      organizationId: await organizationNamed(tx, org),
      expiresAt: expires === 'never' ? null : new Date(actor.now.getTime() + expires * 1000),
      actor,
    })
  })
  ctx.out.caution('the key is not stored: copy it now')
  await ctx.out.one(newApiKeyView, key)
}
