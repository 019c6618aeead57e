import type { Command } from 'commander'
import { findNextBugs, type NextBug } from '../../data/bugs/next-bugs.js'
import type { RecordView } from '../../output/field.js'
import { addBugFilters, bugFilter, type BugFilterOptions } from '../../flags/bug-filter.js'
import { bugView, termsText } from '../../views/bug.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { addSizeOptions, tripIfEmpty, type SizeOptions } from '../../flags/list-options.js'

type NextOptions = BugFilterOptions & SizeOptions

const nextBugView: RecordView<NextBug> = {
  ...bugView,
  shape: 'nextBug',
  defaults: [
    'bugNumber',
    'urgency',
    'urgencyTerms',
    'severity',
    'status',
    'sla',
    'assignedTo',
    'project',
    'title',
  ],
  fields: [
    ...bugView.fields,
    {
      name: 'urgencyTerms',
      header: 'PRIORITY + SLA + AGE',
      flat: ({ urgencyTerms: { priority, sla, age } }) =>
        [priority, sla, age].map((term) => term.toFixed(1)).join('+'),
      text: ({ urgencyTerms }) => termsText(urgencyTerms),
      brief: ({ urgencyTerms: { priority, sla, age } }) =>
        [priority, sla, age].map((term) => term.toFixed(1)).join(' + '),
      omit: 0,
    },
  ],
}

export function addBugsNext(parent: Command, ctx: Context): void {
  const command = parent
    .command('next')
    .description('What to take now: open bugs that are yours or nobody’s, the most urgent first')
  addSizeOptions(addBugFilters(command).optionsGroup('Size:'), 5).action((options: NextOptions) =>
    showNext(ctx, options),
  )
  declare(command, ctx, {
    effect: 'reads',
    output: { list: nextBugView },
    exitCodes: [3, 8],
    examples: [
      ['cto bugs next', 'what should I take now?'],
      ['cto bugs next -p web --limit 1 -f ids | cto bugs start --from -', 'take it'],
      ['cto bugs next --assignee ada', 'what should Ada take?'],
    ],
  })
}

export async function showNext(ctx: Context, options: NextOptions): Promise<void> {
  const { limit } = options
  const bugs = await ctx.db.read(async (db) => {
    const { userId } = await ctx.db.actor(db)
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
