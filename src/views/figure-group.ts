import { metricOf, sessionIds, type MetricId } from '../domain/metric.js'
import { groupings, type Grouping } from '../domain/metrics/groupings.js'
import type { Field, RecordView } from '../output/field.js'
import type { FigureGroup } from '../shapes/figure-group.js'
import { figureValue } from './figure.js'

/** Rows of `metrics sessions --by`: a column for each grouping, and one for each metric. */
export const figureGroupView: RecordView<FigureGroup> = {
  name: 'group of figures',
  plural: 'groups of figures',
  shape: 'figureGroup',
  id: ({ by }) => (by === null ? 'all' : Object.values(by).join(' ')),
  defaults: [],
  fields: [
    ...groupings.map((name): Field<FigureGroup> => ({
      name,
      header: name.toUpperCase(),
      flat: ({ by }) => by?.[name] ?? null,
      text: ({ by }) => (by === null ? 'all' : (by[name] ?? 'none')),
      shrink: 1,
    })),
    ...sessionIds.map((id): Field<FigureGroup> => ({
      name: id,
      header: id.replaceAll(/[._]/g, ' ').toUpperCase(),
      flat: ({ figures }) => figures[id]?.value ?? null,
      text: ({ figures }) => cellText(id, figures),
      align: 'right',
    })),
  ],
}

const ofSessions = ['sessions.count', 'sessions.active_hours', 'sessions.focus'] as const
const ofTools = ['tools.calls', 'tools.error_rate'] as const
const ofCalls = ['tools.time', 'tools.duration.p95'] as const
const ofModels = ['models.requests', 'cost.usd'] as const

/** The same with the columns that these groupings have. */
export function figureGroupViewBy(by: readonly Grouping[]): RecordView<FigureGroup> {
  const isOfModels = by.includes('model')
  const isOfTools = by.includes('tool') || by.includes('category')
  const ids: readonly MetricId[] = isOfModels
    ? ['models.requests', 'models.tokens.input', 'models.tokens.output', 'models.cache_hit', 'cost.usd']
    : [...(isOfTools ? [] : ofSessions), ...ofTools, ...(isOfTools ? ofCalls : []), ...ofModels]
  return { ...figureGroupView, defaults: [...by, ...ids] }
}

function cellText(id: MetricId, figures: FigureGroup['figures']): string {
  return figureValue({ id, value: figures[id]?.value ?? null, unit: metricOf(id).unit }).value
}
