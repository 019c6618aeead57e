import { countBugsOf, deleteUser, getUser } from '../../data/users/users.js'
import { visible } from '../../output/visible.js'
import { personNamed } from '../../flags/people.js'
import type { Context } from '../../context.js'
import { userView } from '../../views/user.js'
import type { CommandDefinition } from '../definition.js'

export const usersDeleteCommand: CommandDefinition = {
  name: 'delete',
  description: 'Delete a user for good; their bugs and all history stay, without the user',
  effect: 'destroys',
  output: { record: userView },
  exitCodes: [3],
  examples: [
    ['cto users delete ada', 'asks first, and prints who it was'],
    [
      'cto bugs list --assignee ada -f ids | cto bugs assign --from - --to grace',
      'hand over the work before',
    ],
  ],
  parameters: (command) =>
    command.argument('<user>', 'email, or its local part where that is unique; name; id; or @me'),
  run: deleteOneUser,
}

async function deleteOneUser(ctx: Context, name: string): Promise<void> {
  const user = await ctx.db.open('write', async ({ read, write }) => {
    const { found, bugs } = await read(async (db) => {
      const id = await personNamed(db, ctx, name)
      return { found: await getUser(db, id), bugs: await countBugsOf(db, id) }
    })
    const left = bugs === 0 ? '' : `, leaving ${bugs} bug${bugs === 1 ? '' : 's'} without them`
    await ctx.ask.confirm(`delete the user ${visible(found.email)}${left}?`)
    await write(async (tx) => deleteUser(tx, { id: found.id, actor: await ctx.db.actor(tx) }), {
      dryRun: ctx.line.flags.dryRun,
    })
    return found
  })
  await ctx.out.one(userView, user)
}
