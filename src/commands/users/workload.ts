import { findPage } from '../../engine/list.js'
import { getBalance, workloadList, workloadSortFields, type Balance } from '../../data/users/workload.js'
import type { Workload } from '../../shapes/workload.js'
import { personNamed } from '../../flags/people.js'
import type { Context } from '../../context.js'
import { drawBars } from '../../views/drawing.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import type { CommandDefinition } from '../definition.js'
import { workloadView } from '../../views/workload.js'

export const usersWorkloadCommand: CommandDefinition = {
  name: 'workload',
  description: 'Show the open bugs of each user, the heaviest load first',
  effect: 'reads',
  output: { list: workloadView },
  exitCodes: [3, 8],
  examples: [
    ['cto users workload', 'all users, and how evenly the work is spread'],
    ['cto users workload @me', 'mine'],
    ['cto users workload --sort overdue:desc -L 3', 'who needs help'],
  ],
  parameters: (command) => {
    command.argument('[user]', 'only this person: email, its local part, name, id or @me')
    addListOptions(command, workloadSortFields)
  },
  run: listWorkload,
}

async function listWorkload(ctx: Context, name: string | undefined, options: ListOptions): Promise<void> {
  let loads: readonly Workload[] = []
  await ctx.out.list(workloadView, options, async (db) => {
    const userId = name === undefined ? null : await personNamed(db, ctx, name)
    const balance = userId === null ? balanceText(await getBalance(db, { now: ctx.now() })) : ''
    if (balance !== '') ctx.out.notice(balance)
    const list = workloadList({ userId, now: ctx.now() })
    if (ctx.out.width !== null && userId === null)
      loads = (await findPage(db, list, { ...options, limit: barsOf(options) })).data
    return list
  })
  await drawBars(
    ctx,
    loads.map(({ name, severityPoints }) => ({ label: name, value: severityPoints })),
  )
}

/** How many people are drawn of a longer list. */
const mostBars = 20

function barsOf({ limit }: ListOptions): number {
  return limit === 0 ? mostBars : Math.min(limit, mostBars)
}

/** Empty where there is nothing to say: the load of one user is its own median. */
function balanceText({ imbalance, loaded, unassigned }: Balance): string {
  const are = unassigned === 1 ? '1 open bug is' : `${unassigned} open bugs are`
  return [
    ...(imbalance === null ? ['no user has an open bug'] : []),
    ...(imbalance !== null && loaded > 1 ? [`heaviest load is ${imbalance}× the median`] : []),
    ...(unassigned > 0 ? [`${are} unassigned: cto bugs list --assignee none`] : []),
  ].join('; ')
}
