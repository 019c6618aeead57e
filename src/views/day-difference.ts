import type { RecordView } from '../output/field.js'
import type { DailyDifference } from '../shapes/delivery-report.js'

export const dayDifferenceView: RecordView<DailyDifference> = {
  name: 'difference',
  plural: 'differences',
  shape: 'dailyDifference',
  id: ({ date, name }) => `${date} ${name}`,
  defaults: ['date', 'kind', 'name', 'field', 'stored', 'computed'],
  fields: [
    { name: 'date', header: 'DATE' },
    { name: 'kind', header: 'OF', omit: 1 },
    { name: 'name', header: 'NAME', shrink: 1 },
    { name: 'field', header: 'FIELD' },
    { name: 'stored', header: 'STORED', align: 'right' },
    { name: 'computed', header: 'BY FACTS', align: 'right' },
  ],
}
