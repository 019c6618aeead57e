import { statuses } from '../domain/bug.js'
import type { RecordView } from '../output/field.js'
import type { BugCounts } from '../shapes/bug-stats.js'

export const bugCountsView: RecordView<BugCounts> = {
  name: 'severity',
  plural: 'severities',
  shape: 'bugCounts',
  id: ({ severity }) => severity,
  defaults: ['severity', ...statuses, 'all'],
  fields: [
    { name: 'severity', header: 'SEVERITY' },
    ...[...statuses, 'all'].map((name) => ({ name, header: name.toUpperCase(), align: 'right' as const })),
  ],
}
