import { empty, type RecordView } from '../output/field.js'
import type { PullAnchor } from '../shapes/delivery.js'
import { duration } from './amount.js'

export const pullAnchorView: RecordView<PullAnchor> = {
  name: 'moment',
  plural: 'moments',
  shape: 'pullAnchor',
  id: ({ anchor }) => anchor,
  defaults: ['anchor', 'at', 'by', 'stage', 'hours', 'why'],
  fields: [
    { name: 'anchor', header: 'MOMENT' },
    { name: 'at', header: 'AT', omit: 3 },
    { name: 'by', header: 'BY', text: ({ by }) => by ?? empty, shrink: 2 },
    { name: 'stage', header: 'ENDS', omit: 1 },
    { name: 'hours', header: 'AFTER', text: ({ hours }) => duration(hours), align: 'right', omit: 2 },
    { name: 'why', header: 'WHY NOT', shrink: 1, wrap: true },
  ],
}
