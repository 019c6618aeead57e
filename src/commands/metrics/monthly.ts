import { counted } from '../../domain/counted.js'
import type { MonthWithChange } from '../../shapes/metric.js'
import type { Context } from '../../context.js'
import { drawTrends, type Trend } from '../../views/drawing.js'
import { integerBetween } from '../../flags/options.js'
import type { CommandDefinition } from '../definition.js'
import { monthWithChangeView } from '../../views/month-with-change.js'

interface MonthlyOptions {
  months: number
}

export const metricsMonthlyCommand: CommandDefinition = {
  name: 'monthly',
  description: 'The stored months, the newest first, each with its change against the month before',
  effect: 'reads',
  output: { list: monthWithChangeView },
  examples: [
    ['cto metrics monthly', 'the last year'],
    ['cto metrics monthly --months 3 --fields month,totalCost,change.totalCost', 'what a quarter cost'],
  ],
  parameters: (command) =>
    command
      .optionsGroup('What:')
      .option('--months <n>', 'how many, this one included', integerBetween(1, 600), 12),
  run: showMonthly,
}

async function showMonthly(ctx: Context, { months }: MonthlyOptions): Promise<void> {
  const { findMonths } = await import('../../data/metrics/monthly-metrics.js')
  const data = await ctx.db.read((db) => findMonths(db, { months, until: ctx.now() }))
  await ctx.out.page(monthWithChangeView, { data, total: data.length })
  await drawTrends(ctx, trendsOf(data.toReversed()))
  if (data.length < months) {
    ctx.out.notice(
      `stored: ${data.length} of ${counted(months, 'month')}; cto metrics snapshot --backfill ${months - 1} adds the others`,
    )
  }
}

/** The oldest month first. */
function trendsOf(months: readonly MonthWithChange[]): Trend[] {
  const number = (text: string | null) => (text === null ? null : Number(text))
  return [
    { label: 'open', values: months.map(({ totalBugs }) => totalBugs) },
    { label: 'new', values: months.map(({ bugsCreated }) => bugsCreated) },
    { label: 'done', values: months.map(({ bugsResolved }) => bugsResolved) },
    { label: 'days', values: months.map(({ avgResolutionDays }) => number(avgResolutionDays)) },
    { label: 'cost', values: months.map(({ totalCost }) => number(totalCost)) },
  ]
}
