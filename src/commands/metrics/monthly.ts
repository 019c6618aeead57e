import type { Command } from 'commander'
import type { Field, Noun } from '../../output/field.js'
import type { MonthWithChange } from '../../shapes/metric.js'
import type { Context } from '../context.js'
import { declare } from '../declare.js'
import { integerBetween } from '../options.js'
import { monthNoun } from './month-noun.js'

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
    output: { list: monthWithChangeNoun },
    examples: [
      ['cto metrics monthly', 'the last year'],
      ['cto metrics monthly --months 3 --fields month,totalCost,change.totalCost', 'what a quarter cost'],
    ],
  })
}

export async function showMonthly(ctx: Context, { months }: MonthlyOptions): Promise<void> {
  const { findMonths } = await import('../../data/metrics/monthly-metrics.js')
  const data = await ctx.read((db) => findMonths(db, { months, until: ctx.now() }))
  await ctx.printPage(monthWithChangeNoun, { data, total: data.length })
  if (data.length < months) {
    ctx.notice(
      `${data.length} of ${months} months are stored; cto metrics snapshot --backfill ${months - 1} adds the others`,
    )
  }
}

const changing = [
  'totalBugs',
  'criticalBugs',
  'highBugs',
  'mediumBugs',
  'lowBugs',
  'bugsCreated',
  'bugsResolved',
  'avgResolutionDays',
  'engHours',
  'totalCost',
  'revenueImpactDaily',
] as const

const monthWithChangeNoun: Noun<MonthWithChange> = {
  ...monthNoun,
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
    ...monthNoun.fields,
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
