import { getShownUser } from '../../data/users/users.js'
import type { Context } from '../../context.js'
import { personNamed } from '../../flags/people.js'
import { shownUserView } from '../../views/user.js'
import type { CommandDefinition } from '../definition.js'

export const usersShowCommand: CommandDefinition = {
  name: 'show',
  description: 'Show one user, and when they last changed something',
  effect: 'reads',
  output: { record: shownUserView },
  exitCodes: [3],
  examples: [
    ['cto users show ada', 'ada@example.com, where there is one ada'],
    ['cto users show @me --json', 'the acting user'],
  ],
  parameters: (command) =>
    command.argument('<user>', 'email, or its local part where that is unique; name; id; or @me'),
  run: showUser,
}

async function showUser(ctx: Context, name: string): Promise<void> {
  const user = await ctx.db.read(async (db) => getShownUser(db, await personNamed(db, ctx, name)))
  await ctx.out.one(shownUserView, user)
}
