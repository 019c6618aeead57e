import type { Command } from 'commander'
import { findPage } from '../../engine/list.js'
import { getBalance, workloadList, workloadSortFields } from '../../data/users/workload.js'
import type { RecordView } from '../../output/field.js'
import type { Workload } from '../../shapes/workload.js'
import { personNamed } from '../../flags/bug-filter.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { drawBars } from '../../views/drawing.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import { personBrief } from '../../views/person.js'

export function addUsersWorkload(parent: Command, ctx: Context): void {
  const command = parent
    .command('workload')
    .description('Who has how much to do: open bugs, the heaviest load first')
    .argument('[user]', 'only this person: email, its local part, name, id or @me')
  addListOptions(command, workloadSortFields).action((name: string | undefined, options: ListOptions) =>
    listWorkload(ctx, name, options),
  )
  declare(command, ctx, {
    effect: 'reads',
    output: { list: workloadView },
    exitCodes: [3, 8],
    examples: [
      ['cto users workload', 'everybody, and how evenly it is spread'],
      ['cto users workload @me', 'mine'],
      ['cto users workload --sort overdue:desc -L 3', 'who needs help'],
    ],
  })
}

export async function listWorkload(
  ctx: Context,
  name: string | undefined,
  options: ListOptions,
): Promise<void> {
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
  const spread =
    imbalance === null ? 'nobody has an open bug' : `imbalance ${imbalance}: the most points ÷ the median`
  const have = unassigned === 1 ? '1 open bug has' : `${unassigned} open bugs have`
  return unassigned === 0 ? spread : `${spread}; ${have} nobody: cto bugs list --assignee none`
}

const workloadView: RecordView<Workload> = {
  name: 'workload',
  plural: 'workloads',
  shape: 'workload',
  id: ({ email }) => email,
  defaults: [
    ...['email', 'open', 'bySeverity.critical', 'bySeverity.high', 'bySeverity.medium', 'bySeverity.low'],
    ...['severityPoints', 'loadRatio', 'estimatedHours', 'overdue', 'revenueAtRisk'],
  ],
  fields: [
    { name: 'email', header: 'WHO', brief: personBrief, shrink: 1 },
    { name: 'open', header: 'OPEN', align: 'right' },
    { name: 'bySeverity.critical', header: 'CRIT', align: 'right' },
    { name: 'bySeverity.high', header: 'HIGH', align: 'right', omit: 6 },
    { name: 'bySeverity.medium', header: 'MED', align: 'right', omit: 1 },
    { name: 'bySeverity.low', header: 'LOW', align: 'right', omit: 1 },
    { name: 'severityPoints', header: 'POINTS', align: 'right', omit: 7 },
    { name: 'loadRatio', header: '÷ MEDIAN', align: 'right', omit: 4 },
    { name: 'estimatedHours', header: 'HOURS', align: 'right', omit: 2 },
    { name: 'overdue', header: 'OVERDUE', align: 'right', omit: 5 },
    { name: 'revenueAtRisk', header: 'AT RISK/DAY', align: 'right', omit: 3 },
    { name: 'atRisk', header: 'SLA AT RISK', align: 'right' },
    { name: 'breached', header: 'BREACHED', align: 'right' },
    { name: 'blockers', header: 'BLOCKERS', align: 'right' },
    { name: 'estimated', header: 'ESTIMATED', align: 'right' },
    { name: 'bySeverity', header: 'BY SEVERITY' },
    { name: 'name', header: 'NAME', shrink: 2 },
    { name: 'role', header: 'ROLE' },
    { name: 'id', header: 'ID' },
  ],
}
