import { accounts } from '../../data/delivery/fact-lists.js'
import { linkAccounts, unlinkAccounts } from '../../data/delivery/link-accounts.js'
import type { Db } from '../../engine/client.js'
import type { Context } from '../../context.js'
import { personNamed } from '../../flags/people.js'
import { accountView } from '../../views/account.js'
import type { CommandDefinition } from '../definition.js'

interface Options {
  host: string
}

const usersLinkCommand: CommandDefinition = {
  name: 'link',
  description: 'Make a login or an e-mail address one of a user, whatever sources report',
  effect: 'writes',
  output: { list: accountView },
  exitCodes: [3, 7],
  examples: [
    ['cto users link ada ada-lovelace', 'what this login does counts as her work'],
    ['cto users link ada ada@old.example.com', 'and the commits of an address'],
  ],
  parameters: addNames,
  run: (ctx: Context, ...[user, name, options]: [string, string, Options]) =>
    change(ctx, linkAccounts, { user, name, ...options }),
}

const usersUnlinkCommand: CommandDefinition = {
  name: 'unlink',
  description: 'Take a login or an e-mail address from a user',
  effect: 'writes',
  output: { list: accountView },
  exitCodes: [3],
  examples: [['cto users unlink ada ci-runner', 'it belongs to no user again']],
  parameters: addNames,
  run: (ctx: Context, ...[user, name, options]: [string, string, Options]) =>
    change(ctx, unlinkAccounts, { user, name, ...options }),
}

export const usersLinkCommands: readonly CommandDefinition[] = [usersLinkCommand, usersUnlinkCommand]

function addNames(command: Parameters<NonNullable<CommandDefinition['parameters']>>[0]): void {
  command
    .argument('<user>', 'email, its local part, name, id, or @me')
    .argument('<account>', 'a login, or an e-mail address on all hosts')
    .option('--host <name>', 'where the login is', 'github.com')
}

async function change(
  ctx: Context,
  work: typeof linkAccounts,
  { user, name, host }: Options & { user: string; name: string },
): Promise<void> {
  const rows = await ctx.db.write(async (tx) => {
    const userId = await personNamed(tx, ctx, user)
    const ids = await work(tx, { userId, name: name.trim(), host }, await ctx.db.actor(tx))
    return accountsOf(tx, ids)
  })
  await ctx.out.page(accountView, { data: rows, total: rows.length })
}

async function accountsOf(tx: Db, ids: readonly string[]) {
  const rows = []
  for (const id of ids) rows.push(await accounts.get(tx, id))
  return rows
}
