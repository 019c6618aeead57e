import type { RecordView } from '../output/field.js'
import type { MeasuredBug } from '../shapes/metric-report.js'
import { bugView } from './bug.js'

export const measuredBugView: RecordView<MeasuredBug> = {
  ...bugView,
  shape: 'measuredBug',
  defaults: ['bugNumber', 'measured', 'severity', 'status', 'assignedTo', 'project', 'title'],
  fields: [{ name: 'measured', header: 'MEASURED', align: 'right' }, ...bugView.fields],
}
