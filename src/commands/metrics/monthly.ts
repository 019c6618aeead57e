import { counted } from '../../domain/counted.js'
import { type DaySpan, lastMonths } from '../../domain/day-span.js'
import { addDaySpan, daySpanAsked, type DaySpanOptions } from '../../flags/day-span.js'
import type { MonthWithChange } from '../../shapes/metric.js'
import type { Context } from '../../context.js'
import { drawTrends, type Trend } from '../../views/drawing.js'
import { findBusyYear } from '../../flags/busy-window.js'
import { integerBetween } from '../../flags/options.js'
import type { CommandDefinition } from '../definition.js'
import { minuteIn } from '../../output/field.js'
import { costText, staleText } from '../../views/month.js'
import { monthWithChangeView } from '../../views/month-with-change.js'

interface MonthlyOptions extends DaySpanOptions {
  months?: number
}

export const metricsMonthlyCommand: CommandDefinition = {
  name: 'monthly',
  description: 'The stored months, the newest first, each with its change against the month before',
  effect: 'reads',
  output: { list: monthWithChangeView },
  examples: [
    ['cto metrics monthly', 'the last year'],
    ['cto metrics monthly --months 3 --fields month,totalCost,change.totalCost', 'what a quarter cost'],
    ['cto metrics monthly --between 2025-01-01..2025-12-31', 'the months of a year'],
  ],
  parameters: (command) => {
    command
      .optionsGroup('When:')
      .option('--months <n>', 'how many, this one included (default: 12)', integerBetween(1, 600))
    addDaySpan(command)
  },
  run: showMonthly,
}

async function showMonthly(ctx: Context, { months, ...bounds }: MonthlyOptions): Promise<void> {
  const { findLastStored, findMonths } = await import('../../data/metrics/monthly-metrics.js')
  const span = await monthsAsked(ctx, bounds, months)
  const { data, running, busy } = await ctx.db.read(async (db) => {
    const data = await findMonths(db, span)
    const open = data.find(({ assumptions }) => assumptions?.final === false)
    return {
      data,
      running: open && { ...open, storedAt: await findLastStored(db, open) },
      busy: await findBusyYear(db, span.first),
    }
  })
  await ctx.out.page(monthWithChangeView, { data, total: data.length })
  await drawTrends(ctx, trendsOf(data.toReversed()))
  const cost = costText(data)
  if (cost !== null) ctx.out.notice(cost)
  if (running !== undefined) {
    ctx.out.notice(
      `${running.month.slice(0, 7)} so far: its figures last changed at ${minuteIn(ctx.line.zone, running.storedAt)} (${ctx.line.zone}); cto metrics snapshot updates them`,
    )
  }
  const stale = data.filter(({ assumptions }) => assumptions?.staleSince !== undefined)
  if (stale.length > 0) ctx.out.notice(staleText(stale.map(({ month }) => month)))
  // Where nothing happened in these months, storing the missing ones would show nothing more.
  if (busy !== null) ctx.out.notice(busy)
  else if (data.length < monthsIn(span)) ctx.out.notice(missingText(data.length, span, ctx.now()))
}

/** First days of months. */
async function monthsAsked(
  ctx: Context,
  bounds: DaySpanOptions,
  months: number | undefined,
): Promise<DaySpan> {
  const asked = await daySpanAsked(ctx, bounds, months === undefined ? null : '--months')
  if (asked === null) return lastMonths(ctx.now(), months ?? 12)
  const { monthStart } = await import('../../domain/time.js')
  return { first: monthStart(asked.first), last: monthStart(asked.last) }
}

function missingText(stored: number, span: DaySpan, now: Date): string {
  const [months, sinceFirst] = [monthsIn(span), monthsIn({ first: span.first, last: now })]
  const fix = `cto metrics snapshot --backfill ${sinceFirst - 1}`
  if (stored > 0) return `stored: ${stored} of ${counted(months, 'month')}; ${fix} adds the others`
  return sinceFirst <= 2
    ? 'no month is stored yet; cto metrics snapshot stores this month and the one before'
    : `no month is stored yet; ${fix} stores this month and the ${sinceFirst - 1} before`
}

function monthsIn({ first, last }: DaySpan): number {
  return (last.getUTCFullYear() - first.getUTCFullYear()) * 12 + last.getUTCMonth() - first.getUTCMonth() + 1
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
