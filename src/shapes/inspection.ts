import { Type, type Static } from 'typebox'
import { Nullable } from './shape.js'

/** A row of a topic of `db inspect`: which columns it has depends on the topic. */
export const inspectionShape = Type.Object(
  {
    /** In topics that count: since when; null where it is not known. */
    since: Type.Optional(Nullable(Type.String())),
    /** In topics that read statistics: the names of the columns that are estimates. */
    estimated: Type.Optional(Type.Array(Type.String())),
  },
  { additionalProperties: true },
)

export type Inspection = Static<typeof inspectionShape> & Record<string, unknown>
