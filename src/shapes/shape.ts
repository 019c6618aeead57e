import * as Type from 'typebox'

/**
 * The words in which JSON shapes are written. A shape is a JSON Schema, and its `Static` type is the record as the
 * code holds it: what the code keeps as a Date, JSON prints as ISO 8601 in UTC. Types are free at run time; only
 * `cto commands` and the tests load the schemas.
 */

/** A moment: a Date here, ISO 8601 in UTC with milliseconds in JSON. */
export const Time = Type.Unsafe<Date>(Type.String({ format: 'date-time' }))

/** A day without a time, as `2026-01-31`. */
export const Day = Type.String({ format: 'date' })

/** Money, hours and ratios that must not lose a digit: a decimal in a string. */
export const Decimal = Type.String({ pattern: '^-?\\d+(\\.\\d+)?$' })

export const Id = Type.String({ format: 'uuid' })

export const Count = Type.Integer({ minimum: 0 })

export function Nullable<T extends Type.TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()])
}

/** One of the words of a list of ours. */
export function OneOf<T extends string>(words: readonly T[]) {
  return Type.Unsafe<T>(Type.Enum([...words]))
}

/** A field for each of these names. */
export function Each<const K extends readonly string[], T extends Type.TSchema>(names: K, schema: T) {
  return Type.Unsafe<Record<K[number], Type.Static<T>>>(
    Type.Object(Object.fromEntries(names.map((name) => [name, schema]))),
  )
}
