import { isRecorded, type FieldTable } from '../domain/field.js'
import { asText, type ColumnValue } from '../engine/change-rows.js'

/** A field that a change gives another value. */
export interface RecordDifference {
  field: string
  was: ColumnValue
  is: ColumnValue
}

/** In the fields that users set or history keeps; the others follow from these. */
export function differencesOf(fields: FieldTable, before: object, after: object): RecordDifference[] {
  return Object.entries(fields).flatMap(([field, traits]) => {
    const isKept = traits.setBy === 'user' || isRecorded(traits, valuesOf(before), valuesOf(after))
    const [was, is] = [valuesOf(before)[field], valuesOf(after)[field]]
    return isKept && isDifferent(was, is) ? [{ field, was: was ?? null, is: is ?? null }] : []
  })
}

export function valuesOf(record: object): Readonly<Record<string, ColumnValue | undefined>> {
  return record as Record<string, ColumnValue | undefined>
}

export function isDifferent(a: ColumnValue | undefined, b: ColumnValue | undefined): boolean {
  return asText(a) !== asText(b)
}
