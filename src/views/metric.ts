import type { RecordView } from '../output/field.js'
import type { MetricRecord } from '../shapes/metric-report.js'

export const metricView: RecordView<MetricRecord> = {
  name: 'metric',
  plural: 'metrics',
  shape: 'metric',
  id: ({ id }) => id,
  defaults: ['id', 'unit', 'formula', 'exclusions', 'version'],
  fields: [
    { name: 'id', header: 'METRIC' },
    { name: 'title', header: 'WHAT', shrink: 2 },
    { name: 'unit', header: 'UNIT', omit: 1 },
    { name: 'formula', header: 'FORMULA', shrink: 1 },
    { name: 'exclusions', header: 'LEFT OUT', shrink: 0, omit: 3 },
    { name: 'over', header: 'OVER' },
    { name: 'aggregate', header: 'AGGREGATE' },
    { name: 'version', header: 'VERSION', align: 'right', omit: 2 },
  ],
}
