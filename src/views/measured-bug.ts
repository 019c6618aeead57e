import type { RecordView } from '../output/field.js'
import type { MeasuredBug } from '../shapes/metric-report.js'
import { bugView } from './bug.js'
import { measuredField } from './measured.js'

export const measuredBugView: RecordView<MeasuredBug> = {
  ...bugView,
  shape: 'measuredBug',
  defaults: ['bugNumber', 'measured', 'severity', 'status', 'assignedTo', 'project', 'title'],
  fields: [measuredField, ...bugView.fields],
}
