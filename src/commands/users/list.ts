import { userList, userSortFields } from '../../data/users/users.js'
import type { Context } from '../../context.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import { userView } from '../../views/user.js'
import type { CommandDefinition } from '../definition.js'

export const usersListCommand: CommandDefinition = {
  name: 'list',
  description: 'List users, by email',
  effect: 'reads',
  output: { list: userView },
  exitCodes: [8],
  examples: [
    ['cto users list', 'everybody'],
    ['cto users list -f ids', 'addresses, for another command'],
  ],
  parameters: (command) => addListOptions(command, userSortFields),
  run: listUsers,
}

async function listUsers(ctx: Context, options: ListOptions): Promise<void> {
  await ctx.out.list(userView, options, () => userList)
}
