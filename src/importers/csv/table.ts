import { describeDialect, type Dialect, type DialectFlags } from './dialect.js'
import { layouts } from './layouts.js'
import { rejectColumns } from './reject-columns.js'
import type { RawRecord } from './records.js'
import { isLikelyData } from './shapes.js'
import { sampleRecords, type Samples, sniffDialect, usualWidth } from './sniff.js'

/** The table in the file: its dialect and its columns. */
export interface FoundTable {
  dialect: Dialect
  /** As the file spells them; `#1`, `#2`, … if it has no header. */
  columns: readonly string[]
  /** The header's exact text with its line end; null if the file has none. */
  headerText: string | null
  /** Whether the first record is a header, including one that only numbers the columns (a rejects file of cto). */
  hasHeaderRecord: boolean
  /** The name of the known headerless export, if it is one. */
  layout: string | null
  /** Records at the end that are not data; undefined: the last record's content decides. */
  footerRecords: number | undefined
}

/** Detects the table of a file. Throws BAD_FILE for a damaged file. */
export function findTable(
  samples: Samples,
  flags: DialectFlags,
  isKnownHeader: (cell: string) => boolean,
): FoundTable {
  const sniffed = sniffDialect(samples, flags)
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
  const table = { dialect, footerRecords: flags.footer }
  const [head, second] = records
  if (head === undefined)
    return { ...table, columns: [], headerText: null, hasHeaderRecord: false, layout: null }
  const numbered = rejects && head.cells.every((cell, index) => cell === `#${index + 1}`)
  if (!numbered && !(flags.headerless ?? !isHeader(head, isKnownHeader))) {
    return { ...table, columns: head.cells, headerText: head.raw, hasHeaderRecord: true, layout: null }
  }
  const sample = numbered ? second : head
  const layout = layouts.find(({ matches }) => sample !== undefined && matches(sample.cells))
  const columns =
    layout?.columns ?? Array.from({ length: usualWidth(records) }, (_, index) => `#${index + 1}`)
  return { ...table, columns, headerText: null, hasHeaderRecord: numbered, layout: layout?.name ?? null }
}

/** Describes the table in one line. */
export function describeTable({ dialect, columns, headerText, layout }: FoundTable): string {
  const header = headerText === null ? (layout === null ? 'no header' : `no header (${layout})`) : 'header'
  const skipped = dialect.skipLines === 0 ? '' : `, ${dialect.skipLines} lines before it`
  return `${describeDialect(dialect)}, ${header}${skipped}, ${columns.length} columns`
}

/** The first record after the preamble: the first of the usual width, or an earlier header. */
function tableStart(records: readonly RawRecord[], isKnownHeader: (cell: string) => boolean): number {
  const width = usualWidth(records)
  const start = records.findIndex(
    (record) => record.cells.length >= width || knownHeaders(record, isKnownHeader) >= 2,
  )
  return Math.max(0, start)
}

function isHeader(record: RawRecord, isKnownHeader: (cell: string) => boolean): boolean {
  const known = knownHeaders(record, isKnownHeader)
  if (known >= 2 || known >= record.cells.length / 2) return true
  return !record.cells.some(isLikelyData)
}

function knownHeaders({ cells }: RawRecord, isKnownHeader: (cell: string) => boolean): number {
  return cells.filter(isKnownHeader).length
}
