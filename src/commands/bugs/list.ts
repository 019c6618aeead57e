import { bugList, bugSortFields } from '../../data/bugs/bugs.js'
import { requireHistory } from '../../data/pruned-before.js'
import { asOfHelp, momentAsked } from '../../flags/moments.js'
import type { BugFilterOptions } from '../../flags/bug-filter-table.js'
import { addBugFilters, bugFilter, bugFilterWords } from '../../flags/bug-filter.js'
import type { Context } from '../../context.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import { bugView } from '../../views/bug.js'
import type { CommandDefinition } from '../definition.js'

type Options = BugFilterOptions & ListOptions & { asOf?: string }

export const bugsListCommand: CommandDefinition = {
  name: 'list',
  description: 'List bugs, the highest priority first; open ones unless --status is given',
  effect: 'reads',
  output: { list: bugView },
  exitCodes: [3, 8],
  examples: [
    ['cto bugs list --severity critical', 'the critical bugs'],
    ['cto bugs list --mine --sla at_risk,breached', 'my bugs whose SLA is at risk or breached'],
    ["cto bugs list --status all --severity '!low' --json", 'all bugs except low ones, for a program'],
    ['cto bugs list --as-of 2026-08-31', 'what was open at the end of August'],
    ['cto bugs list --project web --created 7d -f ids', 'ids of this week, for another command'],
  ],
  parameters: (command) => {
    addBugFilters(command).option('--as-of <when>', asOfHelp)
    addListOptions(command, bugSortFields)
  },
  run: listBugs,
}

async function listBugs(ctx: Context, options: Options): Promise<void> {
  const words = bugFilterWords(options)
  const then = await momentAsked(ctx, options.asOf)
  await ctx.out.list(bugView, options, async (db) => {
    const filter = await bugFilter(db, ctx, options)
    const allFlag = options.status === undefined && filter.status !== undefined ? '--status all' : undefined
    if (then === null) return bugList({ filter, words, allFlag, now: ctx.now() })
    if (then.before !== null) await requireHistory(db, then.before)
    return bugList({ filter, words, allFlag, now: then.asOf, before: then.before })
  })
}
