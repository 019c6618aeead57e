import * as Type from 'typebox'
import { Decimal, Nullable, OneOf } from './shape.js'
import { metricIds } from '../domain/metric.js'

const value = Nullable(Type.Union([Type.Number(), Decimal]))

/** What came of holding one figure against one limit. */
export const gateShape = Type.Object({
  id: OneOf(metricIds),
  /** As it was written. */
  gate: Type.String(),
  /** Null where there is no data. */
  value,
  /** Null where a change had nothing to be measured from. */
  limit: value,
  /** What a change is measured from; null for a limit. */
  baseline: value,
  tripped: Type.Boolean(),
  reason: Type.String(),
})

export const gatesShape = Type.Object({ gates: Type.Array(gateShape) })
