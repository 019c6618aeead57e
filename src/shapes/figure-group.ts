import * as Type from 'typebox'
import { metricIds, type MetricId } from '../domain/metric.js'
import { groupings, type Grouping } from '../domain/metrics/groupings.js'
import { Count, Decimal, Nullable } from './shape.js'

const groupedFigureShape = Type.Object({
  /** In the unit of the metric; null where there is no data. */
  value: Type.Union([Type.Number(), Decimal, Type.Null()]),
  n: Count,
})

export type GroupedFigure = Type.Static<typeof groupedFigureShape>

/** The figures of one group. Metrics for which the grouping has no meaning are left out. */
export const figureGroupShape = Type.Object({
  /** The name of the group by grouping: an email, a role, a project, a day; null for none. Null as a whole: of all. */
  by: Nullable(optional<Grouping, string | null>(groupings, Nullable(Type.String()))),
  figures: optional<MetricId, GroupedFigure>(metricIds, groupedFigureShape),
})

export type FigureGroup = Type.Static<typeof figureGroupShape>

function optional<Name extends string, Value>(names: readonly Name[], shape: Type.TSchema) {
  return Type.Unsafe<Readonly<Partial<Record<Name, Value>>>>(
    Type.Object(Object.fromEntries(names.map((name) => [name, Type.Optional(shape)]))),
  )
}
