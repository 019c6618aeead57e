import { counted } from '../../domain/counted.js'
import { CtoError } from '../../errors.js'
import type { RawRecord } from './records.js'
import { isLikelyData } from './shapes.js'
import { usualWidth } from './sniff.js'
import { isBlank } from '../spelling.js'

export type IsKnownHeader = (cell: string) => boolean

/** A header is looked for in the first records only. */
const recordsSearched = 30
const mostHeaderRows = 3

/**
 * The index of the first record after the preamble: the first with known headers after records that are less filled; else one
 * below an empty record that is more filled than all above it and holds only names; else the first of the usual width.
 */
export function tableStart(records: readonly RawRecord[], isKnownHeader: IsKnownHeader): number {
  let mostFilled = 0
  let lastLine = 0
  let below: number | null = null
  for (const [index, record] of records.slice(0, recordsSearched).entries()) {
    const filled = filledCells(record).length
    if (filled > mostFilled && knownHeaders(record, isKnownHeader) >= 2) return index
    const isBelowEmpty = index > 0 && record.firstLine > lastLine + 1
    if (isBelowEmpty && filled > mostFilled && !record.cells.some(isLikelyData)) below ??= index
    mostFilled = Math.max(mostFilled, filled)
    lastLine = record.lastLine
  }
  if (below !== null) return below
  const width = usualWidth(records)
  return Math.max(
    0,
    records.findIndex(({ cells }) => cells.length >= width),
  )
}

/** Whether the first record of a table is its header: it has known headers, or nothing in it is likely data. */
export function isHeader(record: RawRecord, isKnownHeader: IsKnownHeader): boolean {
  const known = knownHeaders(record, isKnownHeader)
  if (known >= 2 || known >= record.cells.length / 2) return true
  return !record.cells.some(isLikelyData)
}

/** Whether a record that follows a header is one too: only headers stand in it. */
function isFurtherHeader(cells: readonly string[], isKnownHeader: IsKnownHeader): boolean {
  const filled = cells.filter((cell) => !isBlank(cell))
  return filled.length >= 2 && filled.every(isKnownHeader)
}

/** The header's rows at the beginning of the records: a second and third one repeat the first or divide its columns. */
export function headerRows(records: readonly RawRecord[], isKnownHeader: IsKnownHeader): RawRecord[] {
  const [first, ...next] = records
  if (first === undefined) return []
  const names = first.cells.map((cell) => cell.trim())
  const end = next.findIndex(({ cells }) => !isSame(cells, names) && !isFurtherHeader(cells, isKnownHeader))
  return records.slice(0, Math.min(mostHeaderRows, end === -1 ? records.length : end + 1))
}

/** Whether a record among the data is the header of another table. */
export function isOtherHeader(cells: readonly string[], isKnownHeader: IsKnownHeader): boolean {
  if (cells.some((cell) => cell.length > longestName)) return false
  const filled = cells.filter((cell) => !isBlank(cell))
  const known = filled.filter(isKnownHeader).length
  return known >= 3 && known >= filled.length / 2 && !filled.some(isLikelyData)
}

/** Whether a record below an empty one is the header of a smaller table, such as of people or of sums by status. */
export function isNarrowerHeader(
  cells: readonly string[],
  width: number,
  isKnownHeader: IsKnownHeader,
): boolean {
  const names = cells.slice(0, cells.findLastIndex((cell) => !isBlank(cell)) + 1)
  if (names.length < 2 || names.length >= width) return false
  if (names.some((cell) => isBlank(cell) || cell.length > longestName || isLikelyData(cell))) return false
  return names.filter(isKnownHeader).length >= names.length / 2
}

/** Whether the cells are those of the header. */
export function isSame(cells: readonly string[], columns: readonly string[]): boolean {
  return cells.length === columns.length && cells.every((cell, at) => cell.trim() === columns[at]?.trim())
}

/** The name of each column: the lowest row that names it, without a stray quote around a known header. */
export function columnNames(rows: readonly RawRecord[], isKnownHeader: IsKnownHeader): string[] {
  const width = Math.max(...rows.map(({ cells }) => cells.length))
  return Array.from({ length: width }, (_, at) => {
    const name = rows.map(({ cells }) => cells[at] ?? '').findLast((cell) => !isBlank(cell)) ?? ''
    const isStray = name.length <= longestName && !isKnownHeader(name) && isKnownHeader(bare(name))
    return isStray ? bare(name) : name
  })
}

/**
 * The columns of a header whose number of cells differs from that of nearly all records, if there is one explanation: empty
 * cells too many in the header, a separator missing between two known headers, or an empty last cell in every record. Throws
 * BAD_FILE otherwise.
 */
export function fittedColumns(
  columns: readonly string[],
  records: readonly RawRecord[],
  { isKnownHeader, pad, line }: { isKnownHeader: IsKnownHeader; pad: boolean; line: number },
): readonly string[] {
  const width = usualWidth(records)
  const usual = records.filter(({ cells }) => cells.length === width)
  const isCertain = records.length >= 2 && usual.length >= records.length * 0.9
  if (!isCertain || width === columns.length) return columns

  const excess = columns.length - width
  if (excess > 0) {
    if (pad) return columns
    const named = columns.filter((cell) => !isBlank(cell))
    if (named.length === width) return named
  } else {
    const parted = excess === -1 ? partedColumns(columns, isKnownHeader) : null
    if (parted !== null) return parted
    const isPadding = usual.every(({ cells }) => cells.slice(columns.length).every(isBlank))
    if (isPadding) return [...columns, ...Array.from({ length: -excess }, () => '')]
  }
  throw new CtoError(
    'BAD_FILE',
    `the header has ${counted(columns.length, 'cell')}, the records have ${width}`,
    {
      reason:
        excess > 0
          ? 'the header has separators too many, or the last cells of all records are missing'
          : 'the header lacks a separator, or the name of a column',
      hint: `correct line ${line}${excess > 0 ? ', or add --pad if the last cells are missing' : ''}`,
    },
  )
}

/** The columns with one cell parted into two known headers; null unless that is possible in exactly one way. */
function partedColumns(columns: readonly string[], isKnownHeader: IsKnownHeader): string[] | null {
  const ways = columns.flatMap((cell, at) =>
    cell.length > longestName || isKnownHeader(cell)
      ? []
      : Array.from(cell, (_, cut) => [cell.slice(0, cut), cell.slice(cut)].map(bare))
          .filter((halves) => halves.every(isKnownHeader))
          .map((halves) => [...columns.slice(0, at), ...halves, ...columns.slice(at + 1)]),
  )
  const different = new Map(ways.map((names) => [names.join('\n'), names]))
  return different.size === 1 ? ([...different.values()][0] ?? null) : null
}

/** In characters, two joined names included. */
const longestName = 100

/** Only for short texts: the expression takes quadratic time on a run of spaces. */
function bare(text: string): string {
  return text.replace(/^["'\s]+|["'\s]+$/g, '')
}

function filledCells({ cells }: RawRecord): string[] {
  return cells.filter((cell) => !isBlank(cell))
}

function knownHeaders({ cells }: RawRecord, isKnownHeader: IsKnownHeader): number {
  return cells.filter(isKnownHeader).length
}
