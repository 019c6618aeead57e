import type { Bug } from '../data/bugs/bugs.js'
import type { RecordView } from '../output/field.js'

/** A critical bug in few columns, for a page of text. */
export const criticalBugView: RecordView<Bug> = {
  name: 'bug',
  plural: 'bugs',
  shape: 'bug',
  id: ({ bugNumber }) => bugNumber,
  defaults: ['bugNumber', 'priorityScore', 'sla', 'title'],
  fields: [
    { name: 'bugNumber', header: 'BUG' },
    { name: 'priorityScore', header: 'PRIO', align: 'right' },
    { name: 'sla', header: 'SLA', flat: ({ sla }) => sla.state.replace('_', ' ') },
    { name: 'title', header: 'TITLE', shrink: 1, least: 30 },
  ],
}
