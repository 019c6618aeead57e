import { rotateSecrets } from '../../data/secrets/secrets.js'
import type { Context } from '../../context.js'
import { counted } from '../../domain/counted.js'
import type { CommandDefinition } from '../definition.js'
import { encryptionKeys } from '../encryption-keys.js'

export const secretsRotateCommand: CommandDefinition = {
  name: 'rotate',
  description: 'Encrypt every secret with the new key: all of them or none',
  effect: 'writes',
  output: { document: 'secretRotation' },
  examples: [
    ['cto secrets rotate', 'from CTO_ENCRYPTION_KEY_OLD_FILE to CTO_ENCRYPTION_KEY_FILE'],
    ['cto secrets rotate --dry-run', 'whether the old key decrypts them all'],
  ],
  run: rotateAllSecrets,
}

async function rotateAllSecrets(ctx: Context): Promise<void> {
  const keys = encryptionKeys(ctx)
  const { rotated, unchanged } = await ctx.db.write(async (tx) =>
    rotateSecrets(tx, { keys, actor: await ctx.db.actor(tx) }),
  )
  const keyId = keys.current.id
  await ctx.out.document({
    data: { rotated, unchanged, keyId },
    text: () =>
      `${counted(rotated, 'secret')} encrypted with the key ${keyId}; ${unchanged} had it already\n`,
  })
}
