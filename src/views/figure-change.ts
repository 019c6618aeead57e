import { metrics } from '../domain/metric.js'
import { empty, type RecordView } from '../output/field.js'
import { grouped } from '../output/number-text.js'
import type { FigureChange } from '../shapes/figure-change.js'

const causeNames = ['created', 'reopened', 'resumed', 'reclassified', 'resolved', 'deferred'] as const

type Cause = (typeof causeNames)[number]

/** Where a table is too narrow for all of them, the first of these is left out first. */
const leastMissed: readonly Cause[] = [
  'resumed',
  'deferred',
  'reopened',
  'reclassified',
  'resolved',
  'created',
]

/** A figure that changed between two moments, with its causes. */
export const figureChangeView: RecordView<FigureChange> = viewOf(leastMissed)

/** The same for these changes: a cause that changed none of them is left out before one that did. */
export function viewOfChanges(changes: readonly FigureChange[]): RecordView<FigureChange> {
  const isIdle = (name: Cause) => changes.every(({ causes }) => causes === null || causes[name] === 0)
  return viewOf([...leastMissed.filter(isIdle), ...leastMissed.filter((name) => !isIdle(name))])
}

function viewOf(order: readonly Cause[]): RecordView<FigureChange> {
  return {
    name: 'change',
    plural: 'changes',
    shape: 'figureChange',
    id: ({ id }) => id,
    defaults: ['id', 'before', 'after', 'change', ...causeNames.map((name) => `causes.${name}`)],
    fields: [
      { name: 'id', header: 'METRIC' },
      { name: 'title', header: 'WHAT', flat: ({ id }) => metrics[id].title, shrink: 1 },
      {
        name: 'before',
        header: 'BEFORE',
        text: ({ before }) => sideText(before),
        align: 'right',
        omit: order.length + 1,
      },
      { name: 'after', header: 'AFTER', text: ({ after }) => sideText(after), align: 'right' },
      { name: 'change', header: 'CHANGE', text: ({ change }) => sideText(change), align: 'right' },
      { name: 'causes', header: 'CAUSES' },
      ...causeNames.map((name) => ({
        name: `causes.${name}`,
        header: name.toUpperCase(),
        align: 'right' as const,
        omit: order.indexOf(name) + 1,
      })),
    ],
  }
}

/** Exact, so that both sides of a small change differ. */
function sideText(value: FigureChange['after']): string {
  return value === null ? empty : grouped(String(value))
}
