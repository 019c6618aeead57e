import { type NextBug } from '../data/bugs/next-bugs.js'
import type { RecordView } from '../output/field.js'
import { bugView } from './bug.js'
import { termsText } from './urgency-terms.js'

export const nextBugView: RecordView<NextBug> = {
  ...bugView,
  shape: 'nextBug',
  defaults: [
    'bugNumber',
    'urgency',
    'urgencyTerms',
    'severity',
    'status',
    'sla',
    'assignedTo',
    'project',
    'title',
  ],
  fields: [
    ...bugView.fields,
    {
      name: 'urgencyTerms',
      header: 'PRIORITY + SLA + AGE',
      flat: ({ urgencyTerms: { priority, sla, age } }) =>
        [priority, sla, age].map((term) => term.toFixed(1)).join('+'),
      text: ({ urgencyTerms }) => termsText(urgencyTerms),
      brief: ({ urgencyTerms: { priority, sla, age } }) =>
        [priority, sla, age].map((term) => term.toFixed(1)).join(' + '),
      omit: 0,
      below: true,
    },
  ],
}
