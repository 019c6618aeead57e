import { Type, type Static } from 'typebox'

/** A row of `db query`: its keys are the columns of the query; equal names are numbered, `a`, `a_2`. */
export const queryRowShape = Type.Object({}, { additionalProperties: true })

export type QueryRow = Static<typeof queryRowShape> & Record<string, unknown>
