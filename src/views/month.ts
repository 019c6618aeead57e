import { monthFlags, monthSpans } from '../domain/month.js'
import type { MonthlyMetrics } from '../data/metrics/monthly-metrics.js'
import type { RecordView } from '../output/field.js'
import { amount } from './amount.js'

/** The currency and hourly rates that convert the hours of the months to cost; null without months. */
export function costText(months: readonly MonthlyMetrics[]): string | null {
  const rates = new Set(
    months.map(({ hourlyRate, assumptions }) =>
      [assumptions?.currency, amount(hourlyRate)].filter((word) => word !== undefined).join(' '),
    ),
  )
  if (rates.size === 0) return null
  return `cost: hours × ${[...rates].join(' or ')} an hour (shared setting hourlyRate) + infrastructure`
}

/** A remark on stored months, such as `2026-10-01`, that differ from the history that an import changed since. */
export function staleText(months: readonly string[]): string {
  return `${monthSpans(months).join(', ')}: an import or its undo changed history since; the figures are as stored before → ${restateCommand(months)}`
}

/** The command that recomputes closed months, such as `2026-10-01`, from history. */
export function restateCommand(months: readonly string[]): string {
  return `${snapshotCommand(months)} --rewrite`
}

/** Stores months, such as `2026-10-01`, that are not closed, and the days of repositories of any. */
export function snapshotCommand(months: readonly string[]): string {
  return `cto metrics snapshot ${monthFlags(months)}`
}

/** How a stored month is printed. */
export const monthView: RecordView<MonthlyMetrics> = {
  name: 'month',
  plural: 'months',
  shape: 'month',
  id: ({ month }) => month,
  defaults: [
    'month',
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
  ],
  fields: [
    { name: 'month', header: 'MONTH', text: monthText },
    { name: 'totalBugs', header: 'OPEN', align: 'right' },
    { name: 'criticalBugs', header: 'CRIT', align: 'right' },
    { name: 'highBugs', header: 'HIGH', align: 'right', omit: 3 },
    { name: 'mediumBugs', header: 'MED', align: 'right', omit: 2 },
    { name: 'lowBugs', header: 'LOW', align: 'right', omit: 1 },
    { name: 'bugsCreated', header: 'NEW', align: 'right', omit: 6 },
    { name: 'bugsResolved', header: 'DONE', align: 'right', omit: 7 },
    { name: 'avgResolutionDays', header: 'DAYS', align: 'right', omit: 8 },
    { name: 'engHours', header: 'HOURS', align: 'right', omit: 4 },
    {
      name: 'totalCost',
      header: 'COST',
      text: ({ totalCost }) => amount(totalCost),
      align: 'right',
      omit: 9,
    },
    {
      name: 'revenueImpactDaily',
      header: 'AT RISK/DAY',
      text: ({ revenueImpactDaily }) => amount(revenueImpactDaily),
      align: 'right',
      omit: 5,
    },
    { name: 'hourlyRate', header: 'RATE', text: ({ hourlyRate }) => amount(hourlyRate), align: 'right' },
    { name: 'assumptions', header: 'ASSUMPTIONS', shrink: 1 },
    { name: 'createdAt', header: 'FIRST WRITTEN' },
    { name: 'id', header: 'ID' },
  ],
}

/** A month that was not over when it was stored has its figures up to then. */
function monthText({ month, assumptions }: MonthlyMetrics): string {
  return `${month.slice(0, 7)}${assumptions?.final === false ? ' so far' : ''}`
}
