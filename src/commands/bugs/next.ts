import { findNextBugs } from '../../data/bugs/next-bugs.js'
import type { BugFilterOptions } from '../../flags/bug-filter-table.js'
import { addBugFilters, bugFilter } from '../../flags/bug-filter.js'
import { createUserFix, hasUsers } from '../../data/users/first-user.js'
import type { Context } from '../../context.js'
import { addSizeOptions, tripIfEmpty, type SizeOptions } from '../../flags/list-options.js'
import { noUser } from '../../settings/typed-value.js'
import type { CommandDefinition } from '../definition.js'
import { nextBugView } from '../../views/next-bug.js'

type NextOptions = BugFilterOptions & SizeOptions

export const bugsNextCommand: CommandDefinition = {
  name: 'next',
  description: 'Show what to take next: open bugs that are yours or unassigned, the most urgent first',
  effect: 'reads',
  output: { list: nextBugView },
  exitCodes: [3, 8],
  examples: [
    ['cto bugs next', 'what should I take now?'],
    ['cto bugs next -p web --limit 1 -f ids | cto bugs start --from -', 'take it'],
    ['cto bugs next --assignee ada', 'what should Ada take?'],
  ],
  parameters: (command) => addSizeOptions(addBugFilters(command).optionsGroup('Size:'), 5),
  run: showNext,
}

async function showNext(ctx: Context, options: NextOptions): Promise<void> {
  const { limit } = options
  const bugs = await ctx.db.read(async (db) => {
    const { userId } = await ctx.db.actor(db)
    // That a configured user is unknown here has its own notice.
    const { user } = ctx.line.settings.values
    const isUnset = user === null || user === noUser
    if (userId === null && isUnset && options.assignee === undefined && !options.mine)
      ctx.out.notice(
        (await hasUsers(db))
          ? 'unassigned bugs only: yours too with --as you@example.com or CTO_USER'
          : `unassigned bugs only: there are no users → ${createUserFix}`,
      )
    const filter = await bugFilter(db, ctx, options)
    const mine = { values: userId === null ? [] : [userId], none: true, negate: false }
    return findNextBugs(db, {
      filter: { ...filter, assignee: filter.assignee ?? mine },
      limit,
      now: ctx.now(),
    })
  })
  await ctx.out.page(nextBugView, { data: bugs })
  tripIfEmpty(ctx, options, bugs.length)
}
