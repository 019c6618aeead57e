import { checkSecrets } from '../../data/secrets/secrets.js'
import type { Context } from '../../context.js'
import { secretCheckView } from '../../views/secret.js'
import type { CommandDefinition } from '../definition.js'
import { encryptionKeys } from '../encryption-keys.js'

export const secretsCheckCommand: CommandDefinition = {
  name: 'check',
  description: 'Check that each secret can be decrypted; exit 8 if one cannot',
  effect: 'reads',
  output: { list: secretCheckView },
  exitCodes: [8],
  examples: [
    ['cto secrets check', 'after a restore, or with a copy of the key'],
    ['cto secrets check --json', 'the state of each'],
  ],
  run: checkAllSecrets,
}

async function checkAllSecrets(ctx: Context): Promise<void> {
  const keys = encryptionKeys(ctx)
  const data = await ctx.db.read((db) => checkSecrets(db, keys))
  await ctx.out.page(secretCheckView, { data })
  if (data.some(({ state }) => state === 'unknownKey' || state === 'damaged')) ctx.out.setExitCode(8)
}
