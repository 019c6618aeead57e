import type { Command } from 'commander'
import { bugList, bugSortFields } from '../../data/bugs/bugs.js'
import { addBugFilters, bugFilter, bugFilterWords, type BugFilterOptions } from '../bug-filter.js'
import { declare } from '../declare.js'
import type { Context } from '../context.js'
import { addListOptions, type ListOptions } from '../list-options.js'
import { bugNoun } from '../bug-noun.js'

type Options = BugFilterOptions & ListOptions

export function addBugsList(parent: Command, ctx: Context): void {
  const command = parent
    .command('list')
    .description('List bugs, the most pressing first; open ones unless --status says otherwise')
  addListOptions(addBugFilters(command), bugSortFields).action((options: Options) => listBugs(ctx, options))
  declare(command, ctx, {
    effect: 'reads',
    output: { list: bugNoun },
    exitCodes: [3],
    examples: [
      ['cto bugs list --severity critical', 'what hurts most'],
      ['cto bugs list --mine --sla at_risk,breached', 'what I must not forget'],
      ["cto bugs list --status all --severity '!low' --json", 'everything but the small, for a program'],
      ['cto bugs list --project web --created 7d -f ids', 'numbers of the week, for another command'],
    ],
  })
}

export async function listBugs(ctx: Context, options: Options): Promise<void> {
  const words = bugFilterWords(options)
  await ctx.printList(bugNoun, options, async (db) =>
    bugList({ filter: await bugFilter(db, ctx, options), words, now: ctx.now() }),
  )
}
