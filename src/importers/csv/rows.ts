import { CtoError } from '../../errors.js'
import { decode, type Encoding, UndecodableError } from './encoding.js'
import { type RawRecord, readRecords } from './records.js'
import type { SourceOptions, Source } from './source.js'
import { isNarrowerHeader, isOtherHeader, isSame } from './header.js'
import { excerpt, isBlank } from '../spelling.js'
import type { FoundTable } from './table.js'

/** A record of data; its number is its position in the file, from 1, without the header. */
export type Row = RawRecord

/** Counts of records that are not data, by reason. */
export interface Skipped {
  preamble: number
  empty: number
  /** Headers repeated among the records, with the names of the groups above them. */
  header: number
  footer: number
}

export function countSkipped({ preamble, empty, header, footer }: Skipped): number {
  return preamble + empty + header + footer
}

/** Records of the beginning that show the kind of a file. */
export const beginningRecords = 1000

/** The beginning ends earlier if records are long. */
const beginningCharacters = 8_000_000

export interface RowsOf {
  encoding: Encoding
  table: FoundTable
  /** Read only about the first thousand records. */
  onlyBeginning?: boolean
}

export interface RowStream {
  rows: AsyncGenerator<Row[]>
  skipped: Skipped
  /** Records read so far, the skipped ones included. */
  records: () => number
}

const footer =
  /^(?:grand )?total\b|^(?:sub)?totals?:|^(?:sum|summe|gesamt(?:summe|ergebnis)?|somme|suma|summa|totale|合計):?$|^\(?\d+ (?:rows?|records?|issues?|bugs?|items?)\b|^(?:generated|exported|printed) (?:at|on|by|from)\b|^end of (?:file|report|export)|^[-=*_]{3,}$|^\x1a+$/i

/** As many records at the end can be totals and remarks. */
const mostFooters = 3

/** The data of a file, in order, batch by batch, with what was skipped counted. Throws BAD_FILE. */
export function readRows(source: Source, at: RowsOf, read: SourceOptions = {}): RowStream {
  const skipped: Skipped = { preamble: 0, empty: 0, header: 0, footer: 0 }
  let number = 0
  let characters = 0
  return { rows: rows(), skipped, records: () => number }

  async function* rows(): AsyncGenerator<Row[]> {
    const { dialect, preambleLines, footerRecords, headerRecords } = at.table
    const isRepeatedHeader = headerWatch(at.table, source.name)
    let headersToCome = headerRecords
    let isAfterBlank = false
    let held: Row[] = []
    let heading: Row | null = null
    try {
      for await (const records of readRecords(decode(source.read(read), at.encoding), dialect)) {
        const batch = held
        for (const record of records) {
          number += 1
          record.number = number
          characters += record.raw.length
          if (skipped.preamble < preambleLines) skipped.preamble += 1
          else if (record.cells.every(isBlank) || isRule(record)) {
            skipped.empty += 1
            isAfterBlank = true
          } else {
            if (headersToCome > 0) {
              headersToCome -= 1
              number -= 1
            } else if (isRepeatedHeader(record, isAfterBlank)) {
              skipped.header += 1
              if (heading !== null && batch.at(-1) === heading) {
                batch.pop()
                skipped.header += 1
              }
            } else {
              batch.push(record)
              heading = isAfterBlank && isHeading(record, at.table.columns.length) ? record : null
            }
            isAfterBlank = false
          }
        }
        held = batch.splice(Math.max(0, batch.length - (footerRecords ?? mostFooters)))
        yield batch
        const isBegun = number >= beginningRecords || characters >= beginningCharacters
        if (at.onlyBeginning === true && isBegun) return
      }
    } catch (error) {
      throw error instanceof UndecodableError ? undecodable(error, source.name, number + 1) : error
    }
    const width = at.table.columns.length
    const last = footerRecords === undefined ? held.findLastIndex((row) => !isFooter(row, width)) + 1 : 0
    skipped.footer += held.length - last
    yield held.slice(0, last)
  }
}

/**
 * Whether a record repeats the header, as where files were joined. Throws BAD_FILE for the header of another table, which is
 * looked for only after an empty record, in one of another width, and in one that begins with a short word.
 */
function headerWatch({ columns, headerText, isKnownHeader }: FoundTable, name: string): HeaderWatch {
  if (headerText === null) return () => false
  return ({ cells, firstLine }, isAfterBlank) => {
    const [first = ''] = cells
    const mayBegin =
      isAfterBlank || cells.length !== columns.length || (first.length < 30 && !/\d/.test(first))
    if ((mayBegin || first === columns[0]) && isSame(cells, columns)) return true
    const isOther =
      (mayBegin && isOtherHeader(cells, isKnownHeader)) ||
      (isAfterBlank && isNarrowerHeader(cells, columns.length, isKnownHeader))
    if (isOther) throw secondTable(name, firstLine, cells)
    return false
  }
}

type HeaderWatch = (record: RawRecord, isAfterBlank: boolean) => boolean

function secondTable(name: string, line: number, cells: readonly string[]): CtoError {
  return new CtoError('BAD_FILE', `"${name}" holds several tables: another one begins on line ${line}`, {
    reason: `its header: ${excerpt(cells.join(', '))}`,
    hint: `import each table from a file of its own, or --skip ${line - 1} to import only that one`,
  })
}

/** Whether a record is the line below the header of a table in Markdown: `|---|:---:|`. */
function isRule({ cells }: Row): boolean {
  const isLine = (cell: string): boolean => /^:?-{3,}:?$/.test(cell.trim())
  // Called for every record: the first cell excludes most.
  const first = cells.find((cell) => !isBlank(cell))
  if (first === undefined || !isLine(first)) return false
  const filled = cells.filter((cell) => !isBlank(cell))
  return filled.length >= 2 && filled.every(isLine)
}

/** Whether a record is only a name, such as that of the group of records which a header below it begins. */
function isHeading({ cells }: Row, width: number): boolean {
  return width > 2 && cells.filter((cell) => !isBlank(cell)).length === 1
}

/** Whether the last record is a summary of the table, not data. */
function isFooter({ cells }: Row, width: number): boolean {
  const [first, second] = cells.filter((cell) => !isBlank(cell))
  if (first === undefined || !footer.test(first.trim())) return false
  return cells.length < width || second === undefined || /^[\d.,]+$/.test(second)
}

function undecodable({ offset, label, likely }: UndecodableError, name: string, record: number): CtoError {
  return new CtoError(
    'BAD_FILE',
    `"${name}" is not ${label.toUpperCase()}: byte ${offset}, in record ${record}`,
    {
      reason: 'cto never replaces invalid characters, since the originals would be lost',
      hint:
        label === 'utf-8'
          ? `if it comes from Excel or an old system, try --encoding ${likely}`
          : 'set its encoding with --encoding, or omit the flag for UTF-8',
    },
  )
}
