import { required } from '../errors.js'
import { pad, width, wrap } from './fit.js'

/** One `label: value` a line; further lines of a value are indented, so that none can pose as a label. */
export function listBlock(labels: readonly string[], cells: readonly string[]): string {
  return labels
    .map((label, index) => `${label}: ${indent(required(cells[index], 'a cell for every label'), '  ')}\n`)
    .join('')
}

interface CardLook {
  /** Columns of the terminal; null: nothing is wrapped. */
  room: number | null
  /** Colours a label. */
  label(text: string): string
}

/** Values in narrower columns are left to the terminal. */
const leastColumns = 16

/** Labels in one column, values in the next. */
export function card(labels: readonly string[], cells: readonly string[], { room, label }: CardLook): string {
  const columns = Math.max(0, ...labels.map(width)) + 2
  const left = (room ?? Infinity) - columns
  const value = (cell: string) => indent(left < leastColumns ? cell : wrap(cell, left), ' '.repeat(columns))
  return labels
    .map(
      (text, index) =>
        `${label(pad(text, columns))}${value(required(cells[index], 'a cell for every label'))}\n`,
    )
    .join('')
}

function indent(text: string, margin: string): string {
  return text.replaceAll('\n', `\n${margin}`)
}
