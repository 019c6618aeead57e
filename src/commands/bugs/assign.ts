import { UsageError } from '../../errors.js'
import { personNamed } from '../../flags/people.js'
import { bugView } from '../../views/bug.js'
import type { Context } from '../../context.js'
import { bugResultView } from '../../views/bug-result.js'
import { addEditOptions, editBugs, type EditOptions } from './edit.js'
import type { CommandDefinition } from '../definition.js'

interface AssignOptions extends EditOptions {
  to?: string
}

export const bugsAssignCommand: CommandDefinition = {
  name: 'assign',
  description: 'Assign bugs to a user',
  effect: 'writes',
  output: { list: bugView, record: bugView, rows: [bugResultView] },
  exitCodes: [3, 5, 7],
  examples: [
    ['cto bugs assign BUG-1001 ada', 'to Ada'],
    ['cto bugs assign BUG-1001 BUG-1002 BUG-1003 --to @me', 'all three to me'],
    ['cto bugs assign BUG-1001 --to none', 'to unassign it'],
  ],
  parameters: (command) => {
    command
      .argument('[bugs...]', 'bugs; with exactly two arguments the second is the user')
      .option('--to <user>', 'email, its local part, @me, or none')
    addEditOptions(command)
  },
  run: assignBugs,
}

async function assignBugs(ctx: Context, given: readonly string[], options: AssignOptions): Promise<void> {
  const [first, second, ...rest] = given
  const pair = options.to === undefined && first !== undefined && second !== undefined && rest.length === 0
  const user = pair ? second : options.to
  if (user === undefined) throw new UsageError('no user was named', { hint: 'add --to USER' })
  await editBugs(ctx, pair ? [first] : given, options, {
    action: 'bug.assign',
    verb: 'assign',
    change: async (db) => {
      if (user.toLowerCase() === 'none') return { assignedToId: null }
      return { assignedToId: await personNamed(db, ctx, user) }
    },
  })
}
