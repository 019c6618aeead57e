import { getRecord } from '../../data/plain-records.js'
import { updateRecord } from '../../data/update-records.js'
import { findOpenBugsOf, userRecords } from '../../data/users/users.js'
import { personNamed } from '../../flags/people.js'
import type { Context } from '../../context.js'
import { userView } from '../../views/user.js'
import type { CommandDefinition } from '../definition.js'

interface Activity {
  verb: string
  isActive: boolean
  summary: string
  example: readonly [line: string, what: string]
}

const activities: readonly Activity[] = [
  {
    verb: 'deactivate',
    isActive: false,
    summary: 'Mark a user who left: kept in history and past figures, not to be assigned',
    example: ['cto users deactivate ada', 'names the open bugs that another user must take'],
  },
  {
    verb: 'activate',
    isActive: true,
    summary: 'Mark a user who came back',
    example: ['cto users activate ada', 'bugs can be assigned to them again'],
  },
]

export const usersActivityCommands: readonly CommandDefinition[] = activities.map((activity) => ({
  name: activity.verb,
  description: activity.summary,
  effect: 'writes',
  output: { record: userView },
  exitCodes: [3],
  examples: [activity.example],
  parameters: (command) =>
    command.argument('<user>', 'email, or its local part if that is unique; name; id; or @me'),
  run: (ctx, name: string) => setActivity(ctx, activity, name),
}))

const mostNamed = 20

async function setActivity(ctx: Context, { isActive, verb }: Activity, name: string): Promise<void> {
  const { user, changed, open } = await ctx.db.write(async (tx) => {
    const id = await personNamed(tx, ctx, name)
    const actor = await ctx.db.actor(tx)
    const changed = await updateRecord(tx, userRecords, { id, change: { isActive }, actor })
    return {
      user: await getRecord(tx, userRecords, id),
      changed,
      open: isActive ? [] : await findOpenBugsOf(tx, id),
    }
  })
  if (!changed) ctx.out.notice(`${user.email} is ${verb}d already; nothing was changed`)
  if (open.length > 0) {
    const named = open.slice(0, mostNamed).join(', ') + (open.length > mostNamed ? ', …' : '')
    ctx.out.notice(`${open.length} open bugs are still assigned to ${user.email}: ${named}`)
    ctx.out.notice(`hand them over: cto bugs assign --where 'assignee=${user.email} status=open' --to USER`)
  }
  await ctx.out.one(userView, user)
}
