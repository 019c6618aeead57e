import * as Type from 'typebox'
import { metricIds } from '../domain/metric.js'
import { Count, Decimal, Nullable, OneOf } from './shape.js'

const value = Nullable(Type.Union([Type.Number(), Decimal]))

/** before + created + reopened + resumed + reclassified − resolved − deferred = after. */
const causesShape = Type.Object({
  created: Count,
  reopened: Count,
  /** Back from deferred. */
  resumed: Count,
  resolved: Count,
  deferred: Count,
  /** Came, less went, by another severity, blocker flag or whatever the filter asks for. */
  reclassified: Type.Integer(),
})

export const figureChangeShape = Type.Object({
  id: OneOf(metricIds),
  before: value,
  after: value,
  /** After − before; null where either is unknown. Money is a decimal string. */
  change: value,
  /** Null for what cannot be led back to bugs, and where a side comes from a file. */
  causes: Nullable(causesShape),
})

export type FigureChange = Type.Static<typeof figureChangeShape>
