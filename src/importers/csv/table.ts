import { counted } from '../../domain/counted.js'
import { describeDialect, type Dialect, type DialectFlags, quotedCell, separatorOf } from './dialect.js'
import { fittedColumns, headerRows, type IsKnownHeader, isHeader, columnNames, tableStart } from './header.js'
import { withSoundHeader } from './header-quotes.js'
import { layouts } from './layouts.js'
import { rejectColumns } from './reject-columns.js'
import type { RawRecord } from './records.js'
import { sampleRecords, type Samples, sniffDialect, usualWidth } from './sniff.js'

/** The table in the file: its dialect and its columns. */
export interface FoundTable {
  dialect: Dialect
  /** Whether the samples have a quote at all. */
  hasQuotes: boolean
  /** Lines before the header, or before the first record. */
  preambleLines: number
  /** As the file spells them; `#1`, `#2`, … if it has no header. */
  columns: readonly string[]
  /** The header's exact text with its line end, or a line of the columns if it was corrected; null if the file has none. */
  headerText: string | null
  /** Records of the header, including one that only numbers the columns (a rejects file of cto). */
  headerRecords: number
  /** Whether a cell is a header that is known. */
  isKnownHeader: IsKnownHeader
  /** The name of the known headerless export, if it is one. */
  layout: string | null
  /** Records at the end that are not data; undefined: the last record's content decides. */
  footerRecords: number | undefined
  /** How the records of a rejects file were read when they were rejected; null for another file. */
  rejectedFrom: { preset: string; source: string } | null
}

/** Detects the table of a file. Throws BAD_FILE for a damaged file. */
export function findTable(samples: Samples, flags: DialectFlags, isKnownHeader: IsKnownHeader): FoundTable {
  const beginning = readBeginning(samples, flags, isKnownHeader)
  const { dialect, preambleLines, records, isCorrected, rejectedFrom } = beginning
  const { quote } = dialect
  const hasQuotes = [samples.head, ...samples.further].some((text) => quote !== null && text.includes(quote))
  const footerRecords = flags.footer
  const table = { dialect, hasQuotes, preambleLines, isKnownHeader, footerRecords, rejectedFrom }
  const isRejects = dialect.leadingColumns > 0
  const [head, second] = records
  if (head === undefined) return { ...table, columns: [], headerText: null, headerRecords: 0, layout: null }
  const isNumbered = isRejects && head.cells.every((cell, index) => cell === `#${index + 1}`)
  if (!isNumbered && !(flags.headerless ?? !isHeader(head, isKnownHeader))) {
    const rows = headerRows(records, isKnownHeader)
    const named = columnNames(rows, isKnownHeader)
    const fitting = { isKnownHeader, pad: flags.pad ?? false, line: preambleLines + 1 }
    const columns = isRejects ? named : fittedColumns(named, records.slice(rows.length), fitting)
    const isAsWritten = rows.length === 1 && columns === named && !isCorrected
    const headerText = isAsWritten ? head.raw : headerLine(columns, head.raw, dialect)
    return { ...table, columns, headerText, headerRecords: rows.length, layout: null }
  }
  const sample = isNumbered ? second : head
  const layout = layouts.find(({ matches }) => sample !== undefined && matches(sample.cells))
  const columns =
    layout?.columns ?? Array.from({ length: usualWidth(records) }, (_, index) => `#${index + 1}`)
  const headerRecords = isNumbered ? 1 : 0
  return { ...table, columns, headerText: null, headerRecords, layout: layout?.name ?? null }
}

interface Beginning {
  dialect: Dialect
  preambleLines: number
  /** From the header on, which has its cells although its quotes may be damaged. */
  records: RawRecord[]
  /** Whether quotes of the header were ignored. */
  isCorrected: boolean
  rejectedFrom: FoundTable['rejectedFrom']
}

function readBeginning(samples: Samples, flags: DialectFlags, isKnownHeader: IsKnownHeader): Beginning {
  const sound = withSoundHeader(samples, flags, isKnownHeader)
  if (sound !== null) {
    const corrected = readSamples(sound.samples, flags, isKnownHeader)
    const { dialect, preambleLines } = corrected
    if (preambleLines === sound.line - 1) {
      return { ...corrected, dialect: { ...dialect, skipLines: sound.line }, isCorrected: true }
    }
  }
  return readSamples(samples, flags, isKnownHeader)
}

function readSamples(samples: Samples, flags: DialectFlags, isKnownHeader: IsKnownHeader): Beginning {
  const sniffed = sniffDialect(samples, flags, isKnownHeader)
  const all = sampleRecords(samples.head, sniffed, samples.complete)
  const start = flags.skip === undefined ? tableStart(all, isKnownHeader) : 0
  const first = all[start]
  const rejects = first !== undefined && rejectColumns.every((name, index) => first.cells[index] === name)
  const dialect = {
    ...sniffed,
    skipLines: Math.max(sniffed.skipLines, first === undefined ? 0 : first.firstLine - 1),
    leadingColumns: rejects ? rejectColumns.length : 0,
  }
  const records = sampleRecords(samples.head, dialect, samples.complete)
  const rejectedFrom = rejects ? origin(all[start + 1]) : null
  return { dialect, preambleLines: dialect.skipLines, records, isCorrected: false, rejectedFrom }
}

/** The origin of all records of a rejects file, from its first one. */
function origin(record: RawRecord | undefined): FoundTable['rejectedFrom'] {
  const cellOf = (name: (typeof rejectColumns)[number]): string =>
    record?.cells[rejectColumns.indexOf(name)]?.trim() ?? ''
  const [preset, source] = [cellOf('reject_preset'), cellOf('reject_source')]
  return preset === '' || source === '' ? null : { preset, source }
}

/** A line of the columns in the dialect of the file. */
function headerLine(columns: readonly string[], raw: string, dialect: Dialect): string {
  const cells = columns.map((name) => quotedCell(name, dialect))
  return cells.join(separatorOf(dialect)) + (/\r?\n$|\r$/.exec(raw)?.[0] ?? dialect.lineEnd)
}

/** Describes the table in one line. */
export function describeTable({
  dialect,
  preambleLines,
  columns,
  headerText,
  headerRecords,
  layout,
  hasQuotes,
}: FoundTable): string {
  const rows = headerRecords > 1 ? `header of ${headerRecords} rows` : 'header'
  const header = headerText === null ? (layout === null ? 'no header' : `no header (${layout})`) : rows
  const skipped = preambleLines === 0 ? '' : `, ${counted(preambleLines, 'line')} before it`
  return `${describeDialect(dialect, hasQuotes)}, ${header}${skipped}, ${counted(columns.length, 'column')}`
}
