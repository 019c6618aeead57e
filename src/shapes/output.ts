import * as Type from 'typebox'
import { shapes, type ShapeName } from './index.js'
import { Count, Nullable } from './shape.js'

/** The shapes that the JSON of a command can have. */
export interface OutputShapes {
  /** Rows of a list, and of ndjson. */
  list?: ShapeName | undefined
  /** Rows of other kinds, which a flag asks for. */
  rows?: readonly ShapeName[] | undefined
  record?: ShapeName | undefined
  /** What JSON has instead of the rows. */
  document?: ShapeName | undefined
  /** Whether data can be that of a dry run, and then has `dryRun`. */
  dryRun: boolean
}

const pageShape = Type.Object({
  returned: Count,
  /** Every match; null where it was not counted. */
  total: Nullable(Count),
  hasMore: Type.Boolean(),
  nextCursor: Nullable(Type.String()),
})

/** The JSON Schema of what a command prints with `--json`; null if it prints no JSON. */
export function outputSchema({
  list,
  rows = [],
  record,
  document,
  dryRun,
}: OutputShapes): Type.TSchema | null {
  const named = (name: ShapeName) => (dryRun ? withDryRun(shapes[name]) : shapes[name])
  const listed = (name: ShapeName) => Type.Object({ data: Type.Array(named(name)), page: pageShape })
  const forms = [
    ...(document === undefined && list !== undefined ? [listed(list)] : []),
    ...rows.map(listed),
    ...(record === undefined ? [] : [Type.Object({ data: named(record) })]),
    ...(document === undefined ? [] : [Type.Object({ data: named(document) })]),
  ]
  const [only] = forms
  if (only === undefined) return null
  return forms.length === 1 ? only : Type.Union(forms)
}

/** Every record in it may say that nothing of it was kept. */
function withDryRun(schema: Type.TSchema): Type.TSchema {
  const { properties, items, anyOf } = schema as Type.TSchema & {
    properties?: Record<string, Type.TSchema>
    items?: Type.TSchema
    anyOf?: Type.TSchema[]
  }
  if (anyOf) return { ...schema, anyOf: anyOf.map(withDryRun) }
  if (items) return { ...schema, items: withDryRun(items) }
  return properties ? { ...schema, properties: { dryRun: Type.Boolean(), ...properties } } : schema
}
