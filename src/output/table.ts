import Table from 'cli-table3'
import { required } from '../errors.js'
import { empty, textCells, type Field, type Look } from './field.js'
import { fit, shareWidth, width, wrap, wrapWhole } from './fit.js'

/** Rows of cells in columns that fit the terminal. */
export interface TableLayout<Row> {
  headings: string
  line(row: Row): string
  /** What stands under a row instead of in it. */
  below(row: Row): string
  /** The headings of the columns for which there was no room. */
  omitted: readonly string[]
}

interface TableOptions<Row> {
  fields: readonly Field<Row>[]
  /** The rows that give the widths. */
  sample: readonly Row[]
  header: boolean
  /** Columns of the terminal; null: nothing is ever cut. */
  room: number | null
  look: Look
}

/** A text that is not cut shorter than this is whole for the eye: about five words. */
const comfortable = 32
/** Where a field does not say what is least. */
const readable = 12
/** The first column names the row: others are left out before it is cut shorter than this, the local part of most emails. */
const naming = 24
/** Where nothing else can give way, three words of a title are better than none. */
const narrow = 16

/**
 * The first of these that fits: everything in full, everything in brief, the same with columns closer together, and
 * so on with one column less after the other. Null where nothing does.
 */
export function tableLayout<Row>(options: TableOptions<Row>): TableLayout<Row> | null {
  const { fields, room } = options
  if (room === null) return layout(fields, { ...options, gap: 2, least: () => 0, room: Infinity })
  const full = layout(fields, {
    ...options,
    gap: 2,
    least: (field, column) => Math.max(leastOf(field, column), comfortable),
    room,
  })
  if (full) return full
  for (const least of [leastOf, leastOfAll]) {
    for (let kept: readonly Field<Row>[] | null = fields.map(inBrief); kept; kept = withoutOne(kept)) {
      for (const gap of [2, 1]) {
        const found = layout(kept, { ...options, gap, least, room })
        if (found) return found
      }
    }
  }
  return null
}

interface LayoutOptions<Row> extends TableOptions<Row> {
  gap: number
  least(field: Field<Row>, column: number): number
  room: number
}

function layout<Row>(
  fields: readonly Field<Row>[],
  { fields: all, sample, header, look, gap, least, room }: LayoutOptions<Row>,
): TableLayout<Row> | null {
  const headings = fields.map((field) => field.header)
  const cellsOf = (row: Row) =>
    textCells(fields, row, look).map((cell, column) =>
      oneLine(room === Infinity || fields[column]?.shrink === undefined ? cell : clip(cell)),
    )
  const rows = [...(header ? [headings] : []), ...sample.map(cellsOf)]
  const needs = fields.map((field, column) => ({
    width: rows.reduce(
      (most, row) => Math.max(most, width(required(row[column], 'a cell for every field'))),
      0,
    ),
    shrink: field.shrink,
    // A heading is never cut.
    least: Math.max(
      least(field, column),
      header ? width(required(headings[column], 'a heading for every field')) : 0,
    ),
  }))
  const widths = shareWidth(needs, room - gap * (fields.length - 1))
  if (!widths) return null
  const aligns = fields.map(({ align }) => align ?? ('left' as const))
  const line = (cells: readonly string[]) => {
    const fitted = cells.map((text, column) => {
      const { shrink, wrap: wraps = false } = fields[column] ?? {}
      if (shrink === undefined || room === Infinity) return text
      return (wraps ? wrapWhole : fit)(text, widths[column] ?? 0)
    })
    // A later row of a stream may be wider than those that were measured; what never shrinks is not cut.
    const drawn = fitted.map((text, column) => Math.max(widths[column] ?? 0, ...text.split('\n').map(width)))
    return drawLine(fitted, { widths: drawn, aligns, gap })
  }
  const kept = new Set(fields.map(({ name }) => name))
  const left = all.filter(({ name }) => !kept.has(name))
  const lower = left.filter(({ below }) => below !== undefined)
  return {
    headings: line(headings),
    line: (row) => line(cellsOf(row)),
    below: (row) =>
      textCells(lower, row, look)
        .map((cell, i) => {
          if (cell === empty) return ''
          return lower[i]?.below === 'whole' ? linesBelow(cell, room) : lineBelow(cell, room)
        })
        .join(''),
    omitted: left.filter(({ below }) => below === undefined).map((field) => field.header),
  }
}

/** No borders: gaps separate the columns. */
const borderless = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '' },
}

interface LineLayout {
  widths: readonly number[]
  aligns: readonly ('left' | 'right')[]
  gap: number
}

function drawLine(cells: readonly string[], { widths, aligns, gap }: LineLayout): string {
  const table = new Table({
    chars: borderless,
    colWidths: widths.map((columns) => columns + gap),
    colAligns: [...aligns],
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
  })
  table.push([...cells])
  return table.toString().replaceAll(/ +$/gm, '')
}

function leastOf<Row>({ least = readable }: Field<Row>, column: number): number {
  return column === 0 ? Math.max(least, naming) : least
}

/** On a terminal so narrow that no column can be left out for it. */
function leastOfAll<Row>({ least = readable }: Field<Row>): number {
  return Math.min(least, narrow)
}

function inBrief<Row>(field: Field<Row>): Field<Row> {
  const { brief, briefHeader: header = field.header } = field
  return brief === undefined ? field : { ...field, header, text: brief }
}

/** The fields without the one that is missed least. */
function withoutOne<Row>(fields: readonly Field<Row>[]): readonly Field<Row>[] | null {
  const ranks = fields.flatMap(({ omit }) => omit ?? [])
  const lowest = Math.min(...ranks)
  return ranks.length === 0 ? null : fields.filter(({ omit }) => omit !== lowest)
}

const mostLinesBelow = 3
const indent = '  '

/** What stands under a row, in a few lines of as much room as there is; empty for nothing. */
export function lineBelow(text: string | null | undefined, room: number | null): string {
  if (text === null || text === undefined) return ''
  const all = wrappedBelow(text, room)
  const lines = all.slice(0, mostLinesBelow)
  if (all.length > lines.length) lines.push(`${required(lines.pop(), 'the last of several lines')} …`)
  const columns = (room ?? Infinity) - indent.length
  return lines.map((line) => `${indent}${fit(line, columns)}\n`).join('')
}

/** The same in as many lines as it takes; a word that is longer than a line stays whole. */
function linesBelow(text: string, room: number): string {
  return wrappedBelow(text, room)
    .map((line) => `${indent}${line}\n`)
    .join('')
}

function wrappedBelow(text: string, room: number | null): string[] {
  if (room === null || room === Infinity) return [text]
  return wrap(clip(oneLine(text)), room - indent.length).split('\n')
}

/** No terminal shows more of a cell, and to measure all of a megabyte takes long. */
const mostShown = 2000

function clip(cell: string): string {
  return cell.length > mostShown ? `${cell.slice(0, mostShown)}…` : cell
}

function oneLine(cell: string): string {
  return cell.replaceAll('\n', '⏎')
}
