import type { RecordView } from '../output/field.js'
import type { Difference } from '../shapes/metric.js'

export const monthDifferenceView: RecordView<Difference> = {
  name: 'difference',
  plural: 'differences',
  shape: 'difference',
  id: ({ month }) => month.slice(0, 7),
  defaults: ['month', 'field', 'stored', 'computed'],
  fields: [
    { name: 'month', header: 'MONTH', text: ({ month }) => month.slice(0, 7) },
    { name: 'field', header: 'FIELD' },
    { name: 'stored', header: 'STORED', shrink: 1 },
    { name: 'computed', header: 'BY HISTORY', shrink: 1 },
  ],
}
