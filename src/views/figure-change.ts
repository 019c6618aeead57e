import { metrics } from '../domain/metric.js'
import type { RecordView } from '../output/field.js'
import type { FigureChange } from '../shapes/figure-change.js'

const causeNames = ['created', 'reopened', 'resumed', 'reclassified', 'resolved', 'deferred'] as const

/** A figure that changed between two moments, with its causes. */
export const figureChangeView: RecordView<FigureChange> = {
  name: 'change',
  plural: 'changes',
  shape: 'figureChange',
  id: ({ id }) => id,
  defaults: ['id', 'before', 'after', 'change', ...causeNames.map((name) => `causes.${name}`)],
  fields: [
    { name: 'id', header: 'METRIC' },
    { name: 'title', header: 'WHAT', flat: ({ id }) => metrics[id].title, shrink: 1 },
    { name: 'before', header: 'BEFORE', align: 'right', omit: 2 },
    { name: 'after', header: 'AFTER', align: 'right' },
    { name: 'change', header: 'CHANGE', align: 'right' },
    { name: 'causes', header: 'CAUSES' },
    ...causeNames.map((name) => ({
      name: `causes.${name}`,
      header: name.toUpperCase(),
      align: 'right' as const,
      omit: 1,
    })),
  ],
}
