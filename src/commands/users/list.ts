import type { Command } from 'commander'
import { userList, userSortFields } from '../../data/users/users.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import { userView } from '../../views/user.js'

export function addUsersList(parent: Command, ctx: Context): void {
  const command = parent.command('list').description('List the people, by email')
  addListOptions(command, userSortFields).action((options: ListOptions) => listUsers(ctx, options))
  declare(command, ctx, {
    effect: 'reads',
    output: { list: userView },
    exitCodes: [8],
    examples: [
      ['cto users list', 'everybody'],
      ['cto users list -f ids', 'addresses, for another command'],
    ],
  })
}

export async function listUsers(ctx: Context, options: ListOptions): Promise<void> {
  await ctx.out.list(userView, options, () => userList)
}
