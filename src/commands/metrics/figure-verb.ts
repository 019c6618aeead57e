import type { Figure, MetricId } from '../../domain/metric.js'
import type { Doubt } from '../../shapes/metric.js'
import type { Context } from '../../context.js'
import { figureView, figuresById } from '../../views/figure.js'
import { sayWhen } from '../../views/window.js'
import { findBusyWindow } from '../../flags/busy-window.js'
import { rowsWithData } from '../../flags/rows-with-data.js'
import { scopeOf, type ScopeOptions } from '../../flags/scope.js'

/** What `engineering`, `sla` and `portfolio` do: figures, and what is doubtful about the data behind them. */
export async function showFigures(
  ctx: Context,
  ids: readonly MetricId[],
  options: ScopeOptions,
): Promise<void> {
  const { getFigures } = await import('../../data/metrics/figures.js')
  const { getDataQuality } = await import('../../data/metrics/data-quality.js')
  const { figures, doubts, busy } = await ctx.db.read(async (db) => {
    const scope = await scopeOf(db, ctx, options)
    return {
      busy: await findBusyWindow(db, ctx, scope.window),
      figures: await getFigures(db, { ids, scope }),
      doubts: await getDataQuality(db, { scope, ids }),
    }
  })
  await printFigures(ctx, { figures, doubts, busy })
}

interface JudgedFigures {
  figures: readonly Figure[]
  doubts: readonly Doubt[]
  /** A window in which something happened, where nothing did in this one. */
  busy: string | null
  /** `--all`, where the verb has it: without, a table on a terminal holds only figures with data. */
  all?: boolean
}

/** Figures, and what is doubtful about them; in JSON each with its own doubts. */
export async function printFigures(
  ctx: Context,
  { figures, doubts, busy, all = true }: JudgedFigures,
): Promise<void> {
  const found = doubts.filter(({ count }) => count > 0)
  if (ctx.line.flags.format === 'json') {
    const judged = figuresById(figures, ctx.line.flags.fields)
    for (const { id } of ctx.line.flags.fields ? [] : figures) {
      judged[id] = { ...judged[id], doubts: found.filter(({ affects }) => affects.includes(id)) }
    }
    await ctx.out.document({ data: judged, text: () => '' })
  } else {
    sayWhen(ctx, figures)
    const { shown, sayWithout } = rowsWithData(ctx, figures, { all, hasData: ({ value }) => value !== null })
    await ctx.out.page(figureView, { data: shown })
    sayWithout()
    if (busy !== null && figures.some(({ window }) => window !== null)) ctx.out.notice(busy)
    sayDoubts(ctx, found)
  }
}

/** More ids than these are counted. */
const mostNamed = 8

export function sayDoubts(ctx: Context, doubts: readonly Doubt[]): void {
  for (const { count, of, what, affects } of doubts) {
    const affected = affects.length > mostNamed ? `${affects.length} figures` : affects.join(', ')
    ctx.out.notice(`${count} of ${of}: ${what}; affects ${affected}`)
  }
}
