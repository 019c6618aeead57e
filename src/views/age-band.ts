import type { RecordView } from '../output/field.js'
import type { AgeBand } from '../shapes/metric-report.js'

export const ageBandView: RecordView<AgeBand> = {
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
