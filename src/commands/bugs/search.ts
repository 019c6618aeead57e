import type { Command } from 'commander'
import type { Db } from '../../engine/client.js'
import { searchBugs, type FoundBug } from '../../data/bugs/search-bugs.js'
import { patternOf, searchWords, type Spelling } from '../../domain/search-words.js'
import { UsageError } from '../../errors.js'
import type { Look, Noun } from '../../output/field.js'
import { addBugFilters, bugFilter, type BugFilterOptions } from '../../flags/bug-filter.js'
import { bugNoun } from '../../views/bug.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { addSizeOptions, tripIfEmpty, type SizeOptions } from '../../flags/list-options.js'

type SearchOptions = BugFilterOptions & SizeOptions

export function addBugsSearch(parent: Command, ctx: Context): void {
  const command = parent
    .command('search')
    .description('Find bugs of any status by words of title or description, typos tolerated, the best first')
    .argument('<text...>', 'words')
  addSizeOptions(addBugFilters(command).optionsGroup('Size:')).action(
    (words: string[], options: SearchOptions) => searchForBugs(ctx, words.join(' '), options),
  )
  declare(command, ctx, {
    effect: 'reads',
    output: { list: foundBugNoun([]) },
    exitCodes: [3, 8],
    examples: [
      ['cto bugs search "paymnt timeot"', 'finds the payment timeouts'],
      ['cto bugs search checkout --status open -p web', 'with the filters of the list'],
      ['cto bugs search leak --json --fields bugNumber,score', 'for a program'],
    ],
  })
}

export async function searchForBugs(ctx: Context, text: string, options: SearchOptions): Promise<void> {
  const words = searchWords(text)
  if (words.length === 0)
    throw new UsageError(`"${text}" holds no word`, { hint: 'cto bugs search "payment timeout"' })
  const { limit } = options
  const search = async (db: Db) => {
    const filter = await bugFilter(db, ctx, options, { status: null })
    return searchBugs(db, { words, filter, limit, now: ctx.now() })
  }
  const { spellings, ...page } = await ctx.withDatabase('read', (database) =>
    database.snapshot(search, { mayRepeat: () => true }),
  )
  await ctx.printPage(foundBugNoun(spellings), page)
  tripIfEmpty(ctx, options, page.data.length)
  if (page.hasMore && page.total === null) ctx.notice(`the best ${page.data.length} shown; --limit 0 for all`)
}

/** A bug with what was looked for marked in its texts. */
function foundBugNoun(spellings: readonly Spelling[]): Noun<FoundBug> {
  const pattern = patternOf(spellings)
  const marked = (text: string | null, { style }: Look) =>
    text?.replace(pattern, (match) => style.mark(match)) ?? null
  return {
    ...bugNoun,
    shape: 'foundBug',
    defaults: ['bugNumber', 'score', 'severity', 'status', 'priorityScore', 'project', 'title'],
    fields: [
      ...bugNoun.fields.map((field) =>
        field.name !== 'title' && field.name !== 'description'
          ? field
          : {
              ...field,
              text: (bug: FoundBug, look: Look) =>
                marked(bug[field.name as 'title' | 'description'], look) ?? '—',
            },
      ),
      { name: 'score', header: 'SCORE', text: ({ score }) => score.toFixed(2), align: 'right', omit: 0 },
      {
        name: 'excerpt',
        header: 'IN THE DESCRIPTION',
        text: ({ excerpt }, look) => marked(excerpt, look) ?? '—',
        shrink: 0,
      },
    ],
    below: ({ excerpt }, look) => marked(excerpt, look),
  }
}
