import { required } from '../errors.js'
import { bytesText } from '../output/bytes-text.js'
import type { Field, RecordView } from '../output/field.js'
import { grouped, percent } from '../output/number-text.js'
import type { Inspection } from '../shapes/inspection.js'

interface Columns {
  columns: readonly string[]
  /** Those of them that are estimates, printed with a `~`. */
  estimated: readonly string[]
}

/** The rows of one topic of `db inspect`. A column is one of numbers where its rows have numbers. */
export function inspectionView(
  { columns, estimated }: Columns,
  rows: readonly Inspection[],
): RecordView<Inspection> {
  const isNumeric = (name: string) => rows.some(({ [name]: value }) => typeof value === 'number')
  return {
    name: 'row',
    plural: 'rows',
    shape: 'inspection',
    id: (row) => String(row[required(columns[0], 'the first column of an inspection')]),
    defaults: columns,
    fields: columns.map((name, place) =>
      fieldOf(name, { place, isNumeric: isNumeric(name), isEstimated: estimated.includes(name) }),
    ),
  }
}

/** For programs that list commands: the columns depend on the topic. */
export const anyInspectionView = inspectionView({ columns: [], estimated: [] }, [])

const free = new Set(['query', 'definition'])

function fieldOf(
  name: string,
  { place, isNumeric, isEstimated }: { place: number; isNumeric: boolean; isEstimated: boolean },
): Field<Inspection> {
  const header = name.replace(/([A-Z])/g, ' $1').toUpperCase()
  if (free.has(name)) return { name, header, shrink: 1, least: 24, omit: 20 }
  const omit = place > 0 ? { omit: 20 - place } : {}
  if (!isNumeric) return { name, header, ...(place > 0 && { shrink: 3, least: 12 }), ...omit }
  const text = numberText(name)
  const mark = isEstimated ? '~' : ''
  return {
    name,
    header,
    align: 'right',
    text: ({ [name]: value }) => (typeof value === 'number' ? `${mark}${text(value)}` : '—'),
    ...omit,
  }
}

function numberText(name: string): (value: number) => string {
  if (name === 'pid') return String
  if (/bytes$/i.test(name)) return bytesText
  if (/share$/i.test(name)) return percent
  if (/ms$|seconds$|ratio$/i.test(name)) return (value) => grouped(value.toFixed(1))
  return (value) => grouped(String(value))
}
