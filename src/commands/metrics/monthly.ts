import type { Command } from 'commander'
import type { Field, RecordView } from '../../output/field.js'
import type { MonthWithChange } from '../../shapes/metric.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { drawTrends, type Trend } from '../../views/drawing.js'
import { integerBetween } from '../../flags/options.js'
import { monthView } from '../../views/month.js'

interface MonthlyOptions {
  months: number
}

export function addMetricsMonthly(parent: Command, ctx: Context): void {
  const command = parent
    .command('monthly')
    .description('The stored months, the newest first, each with its change against the month before')
    .optionsGroup('What:')
    .option('--months <n>', 'how many, this one included', integerBetween(1, 600), 12)
    .action((options: MonthlyOptions) => showMonthly(ctx, options))
  declare(command, ctx, {
    effect: 'reads',
    output: { list: monthWithChangeView },
    examples: [
      ['cto metrics monthly', 'the last year'],
      ['cto metrics monthly --months 3 --fields month,totalCost,change.totalCost', 'what a quarter cost'],
    ],
  })
}

export async function showMonthly(ctx: Context, { months }: MonthlyOptions): Promise<void> {
  const { findMonths } = await import('../../data/metrics/monthly-metrics.js')
  const data = await ctx.db.read((db) => findMonths(db, { months, until: ctx.now() }))
  await ctx.out.page(monthWithChangeView, { data, total: data.length })
  await drawTrends(ctx, trendsOf(data.toReversed()))
  if (data.length < months) {
    ctx.out.notice(
      `${data.length} of ${months} months are stored; cto metrics snapshot --backfill ${months - 1} adds the others`,
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

/** Everything that a month is by default shown with has its change. */
const changing = monthView.defaults.filter((name) => name !== 'month') as (keyof Change)[]

type Change = NonNullable<MonthWithChange['change']>

const monthWithChangeView: RecordView<MonthWithChange> = {
  ...monthView,
  shape: 'monthWithChange',
  defaults: [
    'month',
    'totalBugs',
    'change.totalBugs',
    'criticalBugs',
    'change.criticalBugs',
    'bugsCreated',
    'bugsResolved',
    'avgResolutionDays',
    'change.avgResolutionDays',
    'totalCost',
    'change.totalCost',
  ],
  fields: [
    ...monthView.fields,
    { name: 'change', header: 'CHANGE', shrink: 1 },
    ...changing.map((name): Field<MonthWithChange> => ({
      name: `change.${name}`,
      header: '±',
      align: 'right',
      omit: 0,
      text: ({ change }) => signed(change?.[name] ?? null),
    })),
  ],
}

function signed(change: number | string | null): string {
  if (change === null) return '—'
  return Number(change) > 0 ? `+${change}` : String(change)
}
