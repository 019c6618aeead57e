import type { Command } from 'commander'
import { countUsers, findUsers } from '../../data/users.js'
import type { Context } from '../context.js'
import { wholeNumber, withExamples } from '../options.js'
import { userNoun } from './noun.js'

interface ListOptions {
  limit: number
}

export function addUsersList(parent: Command, ctx: Context): void {
  const command = parent
    .command('list')
    .description('List the people, by email')
    .option('-L, --limit <n>', 'at most this many; 0 for all', wholeNumber, 50)
    .action((options: ListOptions) => listUsers(ctx, options))
  withExamples(command, [
    ['cto users list', 'everybody'],
    ['cto users list -f ids', 'addresses, for another command'],
  ])
}

export async function listUsers(ctx: Context, { limit }: ListOptions): Promise<void> {
  const page = await ctx.read(async (db) => {
    const data = await findUsers(db, { limit })
    const isWhole = limit === 0 || data.length < limit
    return { data, total: isWhole ? data.length : await countUsers(db) }
  })
  await ctx.printPage(userNoun, page)
}
