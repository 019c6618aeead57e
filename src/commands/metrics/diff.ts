import type { Db } from '../../engine/client.js'
import { figureChanges } from '../../data/metrics/figure-changes.js'
import type { OpenChange, OpenId } from '../../data/metrics/open-changes.js'
import { UsageError } from '../../errors.js'
import { addBugFilters, bugFilter, type BugFilterOptions } from '../../flags/bug-filter.js'
import type { Context } from '../../context.js'
import { findPoint, type Point } from './diff-point.js'
import type { CommandDefinition } from '../definition.js'
import { figureChangeView } from '../../views/figure-change.js'

export const metricsDiffCommand: CommandDefinition = {
  name: 'diff',
  description: 'What changed between two moments, and why: created, resolved, reopened, reclassified',
  effect: 'reads',
  output: { list: figureChangeView },
  exitCodes: [3],
  examples: [
    ['cto metrics diff 2026-08 2026-09', 'two months, as they were stored'],
    ['cto metrics diff 2026-10-31', 'from the end of that day to now'],
    ['cto metrics diff monday', 'since the end of the last Monday; ./monday is a file'],
    ['cto metrics diff last-night.json', 'against figures that kpis --json wrote'],
  ],
  parameters: (command) => {
    command
      .argument(
        '<before>',
        'a stored month (2026-08), a day or moment (monday, 7d, 2026-10-31), or a file of figures',
      )
      .argument('[after]', 'likewise', 'now')
    addBugFilters(command)
  },
  run: (ctx, before: string, after: string, options: BugFilterOptions) =>
    showDifference(ctx, { before, after, options }),
}

interface ComparedPoints {
  before: string
  after: string
  options: BugFilterOptions
}

async function showDifference(ctx: Context, { before, after, options }: ComparedPoints): Promise<void> {
  const changes = await ctx.db.read(async (db) => {
    const filter = await bugFilter(db, ctx, options, { status: null })
    const isFiltered = Object.values(filter).some((condition) => condition !== undefined)
    const [from, to] = [
      await findPoint(db, ctx, { name: before, filter, isFiltered }),
      await findPoint(db, ctx, { name: after, filter, isFiltered }),
    ]
    const causes = await causesBetween(db, { from, to, filter })
    return figureChanges(from.figures, to.figures, causes)
  })
  if (changes.length === 0) {
    throw new UsageError(`${before} and ${after} have no figure in common`, {
      hint: 'compare two months, two days, or two files of one command',
    })
  }
  await ctx.out.page(figureChangeView, { data: changes, total: changes.length })
}

type Filter = Awaited<ReturnType<typeof bugFilter>>

async function causesBetween(
  db: Db,
  { from, to, filter }: { from: Point; to: Point; filter: Filter },
): Promise<Record<OpenId, OpenChange> | null> {
  if (from.moment === null || to.moment === null) return null
  if (from.moment.at > to.moment.at) {
    throw new UsageError(`${from.name} is later than ${to.name}`, {
      hint: `cto metrics diff ${to.name} ${from.name}`,
    })
  }
  const { getOpenChanges } = await import('../../data/metrics/open-changes.js')
  return getOpenChanges(db, { filter, from: from.moment, to: to.moment })
}
