import { bugList, bugSortFields } from '../../data/bugs/bugs.js'
import { asOfHelp, momentAsked } from '../../flags/moments.js'
import { addBugFilters, bugFilter, bugFilterWords, type BugFilterOptions } from '../../flags/bug-filter.js'
import type { Context } from '../../context.js'
import { addListOptions, type ListOptions } from '../../flags/list-options.js'
import { bugView } from '../../views/bug.js'
import type { CommandDefinition } from '../definition.js'

type Options = BugFilterOptions & ListOptions & { asOf?: string }

export const bugsListCommand: CommandDefinition = {
  name: 'list',
  description: 'List bugs, the most pressing first; open ones unless --status names others',
  effect: 'reads',
  output: { list: bugView },
  exitCodes: [3, 8],
  examples: [
    ['cto bugs list --severity critical', 'what hurts most'],
    ['cto bugs list --mine --sla at_risk,breached', 'what I must not forget'],
    ["cto bugs list --status all --severity '!low' --json", 'everything but the small, for a program'],
    ['cto bugs list --as-of 2026-08-31', 'what was open at the end of August'],
    ['cto bugs list --project web --created 7d -f ids', 'numbers of the week, for another command'],
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
  await ctx.out.list(bugView, options, async (db) =>
    then === null
      ? bugList({ filter: await bugFilter(db, ctx, options), words, now: ctx.now() })
      : bugList({ filter: await bugFilter(db, ctx, options), words, now: then.asOf, before: then.before }),
  )
}
