import type { Command } from 'commander'
import { bugSortFields, countBugs, findBugs } from '../../data/bugs/bugs.js'
import { parseSort, type SortKey } from '../../data/sort.js'
import { addBugFilters, bugFilter, type BugFilterOptions } from '../bug-filter.js'
import { declare } from '../declare.js'
import type { Context } from '../context.js'
import { wholeNumber } from '../options.js'
import { bugNoun } from '../bug-noun.js'

interface ListOptions extends BugFilterOptions {
  sort?: string
  limit: number
  cursor?: string
}

const mostPressingFirst: SortKey[] = [{ field: 'priorityScore', descending: true }]

export function addBugsList(parent: Command, ctx: Context): void {
  const command = parent
    .command('list')
    .description('List bugs, the most pressing first; open ones unless --status says otherwise')
  addBugFilters(command)
    .optionsGroup('Order and size:')
    .option('--sort <fields>', `field[:desc],… of ${bugSortFields.join(', ')}`)
    .option('-L, --limit <n>', 'at most this many; 0 for all', wholeNumber, 50)
    .option('--cursor <cursor>', 'continue behind nextCursor of the page before')
    .action((options: ListOptions) => listBugs(ctx, options))
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

export async function listBugs(ctx: Context, options: ListOptions): Promise<void> {
  const sort = options.sort === undefined ? mostPressingFirst : parseSort(options.sort, bugSortFields)
  const page = await ctx.read(async (db) => {
    const filter = await bugFilter(db, ctx, options)
    const { data, nextCursor } = await findBugs(db, { ...options, filter, sort, now: ctx.now() })
    const isWhole = nextCursor === null && options.cursor === undefined
    return {
      data,
      nextCursor,
      total: isWhole ? data.length : await countBugs(db, { filter, now: ctx.now() }),
    }
  })
  await ctx.printPage(bugNoun, page)
}
