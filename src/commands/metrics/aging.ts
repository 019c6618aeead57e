import type { Command } from 'commander'
import { agingIds } from '../../domain/metric.js'
import type { RecordView } from '../../output/field.js'
import type { AgeBand } from '../../shapes/metric-report.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { drawBars } from '../../views/drawing.js'
import { figuresById, figureText } from '../../views/figure.js'
import { metricsHelp } from './help.js'
import { addMoment, scopeOf, type ScopeOptions } from '../../flags/scope.js'

export function addMetricsAging(parent: Command, ctx: Context): void {
  const command = parent.command('aging').description('How old the open bugs are, by severity')
  addMoment(command)
    .action((options: ScopeOptions) => showAging(ctx, options))
    .addHelpText('after', metricsHelp(agingIds))
  declare(command, ctx, {
    effect: 'reads',
    output: { list: ageBandView, document: 'aging' },
    exitCodes: [3],
    examples: [
      ['cto metrics aging', 'what has been waiting for how long'],
      ['cto metrics aging --project web --as-of 2026-08-31', 'in one project, at the end of August'],
    ],
  })
}

export async function showAging(ctx: Context, options: ScopeOptions): Promise<void> {
  const { getAging } = await import('../../data/metrics/aging.js')
  const { getFigures } = await import('../../data/metrics/figures.js')
  const { bands, figures } = await ctx.db.read(async (db) => {
    const scope = await scopeOf(db, ctx, options)
    return { bands: await getAging(db, scope), figures: await getFigures(db, { ids: agingIds, scope }) }
  })
  if (ctx.line.flags.format === 'json') {
    await ctx.out.document({ data: { figures: figuresById(figures), bands }, text: () => '' })
  } else {
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

const ageBandView: RecordView<AgeBand> = {
  name: 'age',
  plural: 'ages',
  shape: 'ageBand',
  id: ({ fromDays }) => String(fromDays),
  defaults: ['fromDays', 'toDays', 'critical', 'high', 'medium', 'low', 'total'],
  fields: [
    { name: 'fromDays', header: 'FROM DAY', align: 'right' },
    { name: 'toDays', header: 'BEFORE DAY', align: 'right' },
    { name: 'critical', header: 'CRIT', align: 'right' },
    { name: 'high', header: 'HIGH', align: 'right' },
    { name: 'medium', header: 'MED', align: 'right', omit: 2 },
    { name: 'low', header: 'LOW', align: 'right', omit: 1 },
    { name: 'total', header: 'TOTAL', align: 'right' },
  ],
}
