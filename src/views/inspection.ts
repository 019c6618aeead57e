import { required } from '../errors.js'
import { bytesText } from '../output/bytes-text.js'
import type { Field, RecordView } from '../output/field.js'
import { grouped, percent } from '../output/number-text.js'
import type { Inspection } from '../shapes/inspection.js'

/** The rows of one topic of `db inspect`; what a column holds follows from its name. */
export function inspectionView(columns: readonly string[]): RecordView<Inspection> {
  return {
    name: 'row',
    plural: 'rows',
    shape: 'inspection',
    id: (row) => String(row[required(columns[0], 'the first column of an inspection')]),
    defaults: columns,
    fields: columns.map(fieldOf),
  }
}

/** For programs that list commands: the columns depend on the topic. */
export const anyInspectionView = inspectionView([])

const free = new Set(['query', 'definition'])

function fieldOf(name: string, place: number): Field<Inspection> {
  const header = name.replace(/([A-Z])/g, ' $1').toUpperCase()
  if (free.has(name)) return { name, header, shrink: 1, least: 12, omit: 20 }
  const text = numberText(name)
  if (text === null) return { name, header, ...(place > 0 && { shrink: 3, least: 6, omit: 20 - place }) }
  return {
    name,
    header,
    align: 'right',
    text: ({ [name]: value }) =>
      typeof value === 'number' ? text(value) : value === null ? '—' : JSON.stringify(value),
    ...(place > 0 && { omit: 20 - place }),
  }
}

function numberText(name: string): ((value: number) => string) | null {
  if (/bytes$/i.test(name)) return bytesText
  if (/share$/i.test(name)) return percent
  if (/ms$|seconds$|ratio$/i.test(name)) return (value) => grouped(value.toFixed(1))
  if (/^(table|index|column|name|kind|state|mode|type|user|owner|role|since)$/.test(name)) return null
  return (value) => grouped(String(value))
}
