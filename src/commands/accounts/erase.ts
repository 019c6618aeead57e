import { calledIn, eraseAccounts, findErasable } from '../../data/delivery/erase-accounts.js'
import { findNaming } from '../../data/delivery/erase-words.js'
import { counted } from '../../domain/counted.js'
import type { Context } from '../../context.js'
import { visible } from '../../output/visible.js'
import type { CommandDefinition } from '../definition.js'
import { encryptionKeys } from '../encryption-keys.js'
import { warnOfNaming } from '../warn-of-naming.js'

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
  parameters: (command) =>
    command.argument('<account>', 'whole login or e-mail address, id, or user by email or id'),
  run: erase,
}

async function erase(ctx: Context, name: string): Promise<void> {
  const { dryRun } = ctx.line.flags
  const { done, naming } = await ctx.db.open('write', async ({ read, write }) => {
    const found = await read((db) => findErasable(db, name))
    const names = found.map(({ login, email, id }) => visible(login ?? email ?? id)).join(', ')
    await ctx.ask.confirm(
      `erase ${counted(found.length, 'account')} for good: ${names}, with every payload that holds one?`,
    )
    const keys = encryptionKeys(ctx)
    return write(
      async (tx) => {
        const accounts = await findErasable(tx, name)
        const done = await eraseAccounts(tx, { accounts, keys }, await ctx.db.actor(tx))
        return { done, naming: await findNaming(tx, calledIn(accounts)) }
      },
      { dryRun, long: true },
    )
  })
  warnOfNaming(ctx, naming)
  await ctx.out.document({
    data: done,
    text: () =>
      `${dryRun ? 'would erase' : 'erased'} ${counted(done.accounts, 'account')}, ${counted(done.payloads, 'payload')} and words in ${counted(done.logs, 'log row')}\n`,
  })
}
