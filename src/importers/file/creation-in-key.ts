import type { Row } from '../csv/rows.js'
import type { KeyOf } from '../map/identity.js'
import type { MissingColumn } from '../map/missing-columns.js'
import type { Preset } from '../map/presets/preset.js'
import type { CreationInKey } from '../validate/source-rules.js'

export function isCreation({ field }: MissingColumn): boolean {
  return field === 'createdAt'
}

/** Null unless every key of the beginning holds its moment of creation: then the file is surely the product's. */
export function creationReader(
  { creationInKey }: Preset,
  now: Date,
  { keyOf, rows }: { keyOf: KeyOf; rows: readonly Row[] },
): CreationInKey | null {
  if (creationInKey === undefined) return null
  const read = (key: string) => creationInKey(key, now)
  const keys = rows.map(({ cells }) => keyOf(cells)).filter((key) => key !== '')
  return keys.length > 0 && keys.every((key) => read(key) !== null) ? read : null
}

export function creationRemark({ title }: Preset): string {
  return `no column is the createdAt: it is read from the ids of ${title}`
}
