import type { Db } from '../../engine/client.js'
import { searchBugs } from '../../data/bugs/search-bugs.js'
import { searchWords } from '../../domain/search-words.js'
import { UsageError } from '../../errors.js'
import type { BugFilterOptions } from '../../flags/bug-filter-table.js'
import { addBugFilters, bugFilter } from '../../flags/bug-filter.js'
import { foundBugView } from '../../views/found-bug.js'
import type { Context } from '../../context.js'
import { addCursor, addSizeOptions, tripIfEmpty, type SizeOptions } from '../../flags/list-options.js'
import type { CommandDefinition } from '../definition.js'

type SearchOptions = BugFilterOptions & SizeOptions & { cursor?: string }

export const bugsSearchCommand: CommandDefinition = {
  name: 'search',
  description: 'Find bugs of any status by words of title or description, typos tolerated, the best first',
  effect: 'reads',
  output: { list: foundBugView([]) },
  exitCodes: [3, 8],
  examples: [
    ['cto bugs search "paymnt timeot"', 'finds the payment timeouts'],
    ['cto bugs search checkout --status open -p web', 'with the filters of the list'],
    ['cto bugs search WEB-12', 'a number, key or URL: that bug comes first'],
    ['cto bugs search leak --json --fields bugNumber,score', 'for a program'],
  ],
  parameters: (command) => {
    command.argument('<text...>', 'words, or the number, key or URL of a bug')
    addCursor(addSizeOptions(addBugFilters(command).optionsGroup('Size:')))
  },
  run: (ctx, words: string[], options: SearchOptions) => searchForBugs(ctx, words.join(' '), options),
}

async function searchForBugs(ctx: Context, text: string, options: SearchOptions): Promise<void> {
  const words = searchWords(text)
  if (words.length === 0)
    throw new UsageError(`"${text}" holds no word`, { hint: 'cto bugs search "payment timeout"' })
  const { limit, cursor } = options
  const offset = cursor === undefined ? 0 : offsetIn(cursor)
  const search = async (db: Db) => {
    const filter = await bugFilter(db, ctx, options, { status: null })
    return searchBugs(db, { text, words, filter, limit, offset, now: ctx.now() })
  }
  const { spellings, hasMore, ...page } = await ctx.db.open('read', (database) =>
    database.snapshot(search, { mayRepeat: () => true }),
  )
  const nextCursor = hasMore ? cursorAfter(offset + page.data.length) : null
  await ctx.out.page(foundBugView(spellings), { ...page, nextCursor })
  tripIfEmpty(ctx, options, page.data.length)
  if (hasMore && page.total === null) ctx.out.notice(`the best ${page.data.length} shown; --limit 0 for all`)
}

/** Matches have no stored order from which a page could continue: a cursor holds how many were shown. */
function cursorAfter(matches: number): string {
  return Buffer.from(`matches ${matches}`).toString('base64url')
}

function offsetIn(cursor: string): number {
  const [, matches] = /^matches (\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (matches !== undefined) return Number(matches)
  throw new UsageError('the cursor does not belong to this list', {
    hint: 'use the nextCursor of the last page, with the same words and filters',
  })
}
