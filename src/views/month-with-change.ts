import { empty, type Field, type RecordView } from '../output/field.js'
import type { MonthWithChange } from '../shapes/metric.js'
import { amount } from './amount.js'
import { monthView } from './month.js'

/** Every default column of a month is printed with its change. */
const changing = monthView.defaults.filter((name) => name !== 'month') as (keyof Change)[]

type Change = NonNullable<MonthWithChange['change']>

/** A stored month, with its change against the month before. */
export const monthWithChangeView: RecordView<MonthWithChange> = {
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
      text: ({ change }) => signed(change?.[name] ?? null, name),
    })),
  ],
}

const amounts: readonly (keyof Change)[] = ['totalCost', 'revenueImpactDaily']

function signed(change: number | string | null, name: keyof Change): string {
  if (change === null) return empty
  const text = amounts.includes(name) ? amount(String(change)) : String(change)
  return Number(change) > 0 ? `+${text}` : text
}
