import type { Command } from 'commander'
import { getUserByName } from '../../data/names.js'
import { UsageError } from '../../errors.js'
import { me } from '../../flags/bug-filter.js'
import { bugView } from '../../views/bug.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { bugResultView } from './apart.js'
import { addEditOptions, editBugs, type EditOptions } from './edit.js'

interface AssignOptions extends EditOptions {
  to?: string
}

export function addBugsAssign(parent: Command, ctx: Context): void {
  const command = parent
    .command('assign')
    .description('Give bugs to somebody')
    .argument('[bugs...]', 'bugs; with exactly two arguments the second is the user')
    .option('--to <user>', 'email, its local part, @me, or none')
  addEditOptions(command).action((names: string[], options: AssignOptions) => assignBugs(ctx, names, options))
  declare(command, ctx, {
    effect: 'writes',
    output: { list: bugView, record: bugView, rows: bugResultView },
    exitCodes: [3, 5, 7],
    examples: [
      ['cto bugs assign BUG-1001 ada', 'to Ada'],
      ['cto bugs assign BUG-1001 BUG-1002 BUG-1003 --to @me', 'all three to me'],
      ['cto bugs assign BUG-1001 --to none', 'to nobody'],
    ],
  })
}

export async function assignBugs(
  ctx: Context,
  given: readonly string[],
  options: AssignOptions,
): Promise<void> {
  const [first, second, ...rest] = given
  const pair = options.to === undefined && first !== undefined && second !== undefined && rest.length === 0
  const user = pair ? second : options.to
  if (user === undefined) throw new UsageError('nobody was named to assign to', { hint: 'add --to USER' })
  await editBugs(ctx, pair ? [first] : given, options, {
    action: 'bug.assign',
    verb: 'assign',
    change: async (db) => {
      if (user.toLowerCase() === 'none') return { assignedToId: null }
      return { assignedToId: user === '@me' ? await me(db, ctx) : (await getUserByName(db, user)).id }
    },
  })
}
