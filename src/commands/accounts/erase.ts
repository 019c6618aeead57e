import { eraseAccounts, findErasable } from '../../data/delivery/erase-accounts.js'
import { counted } from '../../domain/counted.js'
import type { Context } from '../../context.js'
import { visible } from '../../output/visible.js'
import type { CommandDefinition } from '../definition.js'
import { encryptionKeys } from '../encryption-keys.js'

export const accountsEraseCommand: CommandDefinition = {
  name: 'erase',
  description: 'Erase the accounts of a person for good: sources do not bring them back',
  effect: 'destroys',
  output: { document: 'erasure' },
  exitCodes: [3],
  examples: [
    [
      'cto accounts erase ada-lovelace',
      'the login and its addresses; what they did stays, without an author',
    ],
    ['cto accounts erase ada@example.com --yes', 'by an address, or by a user'],
  ],
  parameters: (command) => command.argument('<account>', 'login, e-mail address, or user'),
  run: erase,
}

async function erase(ctx: Context, name: string): Promise<void> {
  const { dryRun } = ctx.line.flags
  const erased = await ctx.db.open('write', async ({ read, write }) => {
    const found = await read((db) => findErasable(db, name))
    const names = found.map(({ login, email, id }) => visible(login ?? email ?? id)).join(', ')
    await ctx.ask.confirm(
      `erase ${counted(found.length, 'account')} for good: ${names}, with every payload that holds one?`,
    )
    const keys = encryptionKeys(ctx)
    return write(
      async (tx) =>
        eraseAccounts(tx, { accounts: await findErasable(tx, name), keys }, await ctx.db.actor(tx)),
      { dryRun, long: true },
    )
  })
  await ctx.out.document({
    data: erased,
    text: () =>
      `${dryRun ? 'would erase' : 'erased'} ${counted(erased.accounts, 'account')} and ${counted(erased.payloads, 'payload')}\n`,
  })
}
