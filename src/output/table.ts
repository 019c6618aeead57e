import type { Field } from './field.js'
import { fit, pad, shareWidth, width } from './fit.js'

const gap = '  '

/** Lays rows of cells out in columns; the widths come from the rows it is made with. */
export interface TableLayout {
  line(cells: readonly string[]): string
}

/**
 * Padding is done here and not by cli-table3, whose string-width 4 takes Thai, Devanagari and new emoji for wider
 * or narrower than they are, and would leave their rows crooked.
 */
export function tableLayout(
  fields: readonly Pick<Field<never>, 'align' | 'shrink'>[],
  rows: readonly (readonly string[])[],
  room: number | null,
): TableLayout {
  const needs = fields.map((field, column) => ({
    width: Math.max(0, ...rows.map((row) => width(oneLine(row[column] ?? '')))),
    shrink: field.shrink,
  }))
  const gaps = gap.length * (fields.length - 1)
  const widths = shareWidth(needs, room === null ? Infinity : room - gaps)
  return {
    line: (cells) =>
      fields
        .map((field, column) => {
          const text = oneLine(cells[column] ?? '')
          const columns = widths[column] ?? 0
          // A later row of a stream may be wider than those that were measured; what never shrinks is not cut.
          return pad(
            field.shrink === undefined || room === null ? text : fit(text, columns),
            columns,
            field.align,
          )
        })
        .join(gap)
        .trimEnd(),
  }
}

function oneLine(cell: string): string {
  return cell.replaceAll('\n', '⏎')
}
