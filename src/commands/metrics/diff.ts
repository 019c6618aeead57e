import type { Db } from '../../engine/client.js'
import { figureChanges } from '../../data/metrics/figure-changes.js'
import type { OpenChange, OpenId } from '../../data/metrics/open-changes.js'
import { UsageError } from '../../errors.js'
import { bugFilter } from '../../flags/bug-filter.js'
import { deliveryFilter } from '../../flags/delivery-filter.js'
import { addAllFigures, rowsWithData } from '../../flags/rows-with-data.js'
import { addAnyFilters, narrowedKinds, type AnyScopeOptions } from '../../flags/scope.js'
import type { Context } from '../../context.js'
import { findPoint, readPoint, type Compared, type Point } from './diff-point.js'
import type { CommandDefinition } from '../definition.js'
import { figureChangeView, viewOfChanges } from '../../views/figure-change.js'
import { staleText } from '../../views/month.js'
import { sayCompared } from '../../views/window.js'
import type { FigureChange } from '../../shapes/figure-change.js'

export const metricsDiffCommand: CommandDefinition = {
  name: 'diff',
  description: 'What changed between two moments, and why: created, resolved, reopened, reclassified',
  effect: 'reads',
  output: { list: figureChangeView },
  exitCodes: [3],
  examples: [
    ['cto metrics diff 2026-08 2026-09', 'two months, as they were stored; one that runs, up to now'],
    ['cto metrics diff 2026-10-31', 'from the end of that day to now'],
    ['cto metrics diff monday', 'since the end of the last Monday; ./monday is a file'],
    ['cto metrics diff last-night.json', 'against figures that kpis --json wrote'],
    ['cto metrics diff 2026-08 2026-09 --repo acme/web', 'the delivery of a repository in two months'],
  ],
  parameters: (command) => {
    command
      .argument(
        '<before>',
        'a month (2026-08), a quarter (2026-Q3), a day or moment (monday, 7d, 2026-10-31), or a file of figures',
      )
      .argument('[after]', 'likewise', 'now')
    addAllFigures(addAnyFilters(command).optionsGroup('What:'))
  },
  run: (ctx, before: string, after: string, options: DiffOptions) =>
    showDifference(ctx, { before, after, options }),
}

interface DiffOptions extends AnyScopeOptions {
  all?: boolean
}

interface ComparedPoints {
  before: string
  after: string
  options: DiffOptions
}

async function showDifference(ctx: Context, { before, after, options }: ComparedPoints): Promise<void> {
  const { all = false, ...filters } = options
  const files = [await readPoint(ctx, before), await readPoint(ctx, after)]
  const { from, to, changes } = await ctx.db.read(async (db) => {
    const compared = await comparedBy(db, ctx, filters)
    const [from, to] = [
      files[0] ?? (await findPoint(db, ctx, { name: before, ...compared })),
      files[1] ?? (await findPoint(db, ctx, { name: after, ...compared })),
    ]
    const causes = await causesBetween(db, { from, to, filter: compared.bugs?.filter ?? {} })
    return { from, to, changes: figureChanges(from.figures, to.figures, causes) }
  })
  if (changes.length === 0) {
    throw new UsageError(`${before} and ${after} have no figure in common`, {
      hint: 'compare two months, two days, or two files of one command',
    })
  }
  const hasData = ({ before, after }: FigureChange) => before !== null || after !== null
  const { shown, sayWithout } = rowsWithData(ctx, changes, { all, hasData })
  if (ctx.line.flags.format !== 'json') sayCompared(ctx, { before: from, after: to }, shown)
  await ctx.out.page(viewOfChanges(shown), { data: shown, total: shown.length })
  sayWithout()
  const stale = [from, to].flatMap(({ staleMonth }) => staleMonth ?? [])
  if (stale.length > 0) ctx.out.notice(staleText(stale))
}

async function comparedBy(db: Db, ctx: Context, options: AnyScopeOptions): Promise<Compared> {
  const { hasRepositories } = await import('../../data/delivery/repositories-known.js')
  const { hasSessions } = await import('../../data/sessions/sessions-known.js')
  const { bugs, deliveryIds: ids, sessions } = narrowedKinds(options)
  const filter = await bugFilter(db, ctx, options, { status: null })
  const isFiltered = Object.values(filter).some((condition) => condition !== undefined)
  return {
    sessions: sessions && (await hasSessions(db)) ? { filter: { project: filter.project } } : null,
    bugs: bugs ? { filter, isFiltered } : null,
    delivery:
      ids.length > 0 && (await hasRepositories(db))
        ? { filter: await deliveryFilter(db, ctx, options), ids }
        : null,
  }
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
