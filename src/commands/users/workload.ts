import { findPage } from '../../engine/list.js'
import { getBalance, workloadList, workloadSortFields } from '../../data/users/workload.js'
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
    if (userId === null) ctx.out.notice(balanceText(await getBalance(db, { now: ctx.now() })))
    const list = workloadList({ userId, now: ctx.now() })
    if (ctx.out.width !== null && userId === null)
      loads = (await findPage(db, list, { limit: mostBars })).data
    return list
  })
  await drawBars(
    ctx,
    loads.map(({ name, severityPoints }) => ({ label: name, value: severityPoints })),
  )
}

/** How many people are drawn; the list has them all. */
const mostBars = 20

function balanceText({ imbalance, unassigned }: { imbalance: number | null; unassigned: number }): string {
  const spread = imbalance === null ? 'no user has an open bug' : `Heaviest load is ${imbalance}× the median`
  const are = unassigned === 1 ? '1 open bug is' : `${unassigned} open bugs are`
  return unassigned === 0 ? spread : `${spread}; ${are} unassigned: cto bugs list --assignee none`
}
