import { agingIds } from '../../domain/metric.js'
import type { AgeBand } from '../../shapes/metric-report.js'
import type { Context } from '../../context.js'
import { drawBars } from '../../views/drawing.js'
import { figuresById, figureText } from '../../views/figure.js'
import { sayWhen } from '../../views/window.js'
import { metricsHelp } from './help.js'
import { addMoment, scopeOf, type ScopeOptions } from '../../flags/scope.js'
import type { CommandDefinition } from '../definition.js'
import { ageBandView } from '../../views/age-band.js'

export const metricsAgingCommand: CommandDefinition = {
  name: 'aging',
  description: 'How old the open bugs are, by severity',
  effect: 'reads',
  output: { list: ageBandView, document: 'aging' },
  exitCodes: [3],
  examples: [
    ['cto metrics aging', 'what has been waiting for how long'],
    ['cto metrics aging --project web --as-of 2026-08-31', 'in one project, at the end of August'],
  ],
  parameters: (command) => addMoment(command).addHelpText('after', metricsHelp(agingIds)),
  run: showAging,
}

async function showAging(ctx: Context, options: ScopeOptions): Promise<void> {
  const { getAging } = await import('../../data/metrics/aging.js')
  const { getFigures } = await import('../../data/metrics/figures.js')
  const { bands, figures } = await ctx.db.read(async (db) => {
    const scope = await scopeOf(db, ctx, options)
    return { bands: await getAging(db, scope), figures: await getFigures(db, { ids: agingIds, scope }) }
  })
  if (ctx.line.flags.format === 'json') {
    await ctx.out.document({ data: { figures: figuresById(figures), bands }, text: () => '' })
  } else {
    sayWhen(ctx, figures)
    await ctx.out.page(ageBandView, { data: bands })
    await drawBars(
      ctx,
      bands.map((band) => ({ label: bandText(band), value: band.total })),
    )
    for (const figure of figures) ctx.out.notice(figureText(figure))
  }
}

function bandText({ fromDays, toDays }: AgeBand): string {
  return toDays === null ? `${fromDays} days and more` : `${fromDays} to ${toDays - 1} days`
}
