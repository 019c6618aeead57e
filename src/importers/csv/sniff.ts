import { CtoError, required } from '../../errors.js'
import { describeDialect, type Dialect, type DialectFlags, parseDelimiter, parseQuote } from './dialect.js'
import { type RawRecord, RecordSplitter } from './records.js'
import { isLikelyData } from './shapes.js'
import { isBlank } from '../spelling.js'

export interface Samples {
  head: string
  /** Whether the head is the whole file. */
  complete: boolean
  /** Pieces of the rest; they start and end anywhere. */
  further: readonly string[]
}

/** The delimiters tried on every file. */
export const candidates = [',', ';', '\t', '|']
const recordsJudged = 500
const charactersJudged = 128 * 1024

/** If fewer than this share of records have the usual width, the file is damaged. */
const leastConsistency = 0.5

/** Spaces stand in values too, so they separate columns only if nearly all records have one width. */
const leastConsistencyOfSpaces = 0.9

/**
 * Detects the dialect that splits the samples into rows of one width, with the most cells that are likely data.
 * Throws BAD_FILE for a file that is damaged as a whole, with the diagnosis.
 */
export function sniffDialect(
  samples: Samples,
  flags: DialectFlags,
  isKnownHeader: (cell: string) => boolean,
): Dialect {
  const lineEnd = samples.head.includes('\n') || !samples.head.includes('\r') ? '\n' : '\r'
  const announced = /^"?sep=(.)"?\r?\n/.exec(samples.head)?.[1]
  const delimiter = flags.delimiter === undefined ? announced : parseDelimiter(flags.delimiter)
  const quote = flags.quote === undefined ? undefined : parseQuote(flags.quote)
  const skipLines = flags.skip ?? (announced === undefined ? 0 : 1)

  const readings = (delimiter: string): Judgement[] => {
    const padded = delimiter !== ' ' && isPadded(samples.head, delimiter)
    const readWith = (quote: string | null): Judgement =>
      judge(samples, { delimiter, quote, padded, lineEnd, skipLines, leadingColumns: 0 })
    if (quote !== undefined) return [readWith(quote)]
    const usual = quotedFirst(readWith('"'), readWith(null))
    const mayBeSingle = [`${delimiter}'`, `${delimiter} '`, `${lineEnd}'`].some((start) =>
      samples.head.includes(start),
    )
    return mayBeSingle ? apostrophesFirst(readWith("'"), usual) : usual
  }
  const detected = (delimiter === undefined ? candidates : [delimiter]).flatMap(readings).reduce(better)
  const isSure = delimiter !== undefined || hasHeader(detected, isKnownHeader)
  const spaced = isSure ? [] : readings(' ').filter((each) => hasHeader(each, isKnownHeader))
  const best = spaced.filter(isSeparatedBySpaces).reduce(better, detected)
  if (spaced.length > 0 && !hasHeader(best, isKnownHeader)) throw spacesInHeader(best)
  if (delimiter === undefined || quote === undefined) refuseDamage(best, samples)
  return best.dialect
}

interface Judgement {
  dialect: Dialect
  records: RawRecord[]
  width: number
  /** Share of the records that have the usual width. */
  consistency: number
  score: number
}

/** The first of a tie. */
function better(a: Judgement, b: Judgement): Judgement {
  return b.score > a.score ? b : a
}

function judge(samples: Samples, dialect: Dialect): Judgement {
  const short = samples.head.length <= charactersJudged
  const head = short ? samples.head : samples.head.slice(0, charactersJudged)
  const records = sampleRecords(head, dialect, short && samples.complete)
  const width = usualWidth(records)
  const shares = [
    share(records, width),
    ...samples.further.map((piece) => furtherShare(piece, dialect, width)),
  ]
  // The head weighs as much as all further samples together.
  const [first = 0, ...further] = shares
  const consistency = further.length === 0 ? first : (first + mean(further)) / 2

  const cells = records.filter((record) => record.cells.length === width).flatMap((record) => record.cells)
  const data = cells.filter(isLikelyData).length / Math.max(1, cells.length)
  // One column is always consistent, so it wins only if nothing else fits.
  const score = width < 2 ? 0.05 : consistency * (0.5 + 0.5 * data) + Math.min(width, 20) / 1000
  return { dialect, records, width, consistency, score }
}

/** Quotes are significant if rows are at least as consistent with them as without. */
function quotedFirst(quoted: Judgement, unquoted: Judgement): Judgement[] {
  const isEnough = quoted.width >= 2 && quoted.consistency >= unquoted.consistency
  return isEnough ? [quoted] : [quoted, unquoted]
}

/** Single quotes enclose cells if most records have a cell within them, and rows are as consistent that way. */
function apostrophesFirst(single: Judgement, usual: Judgement[]): Judgement[] {
  const enclosed = (record: RawRecord): boolean => record.cells.some((cell) => /^'[^]*'$/.test(cell))
  const isUsed = usual.some(
    ({ records, consistency }) =>
      single.consistency >= consistency && records.filter(enclosed).length > records.length / 2,
  )
  return isUsed && single.width >= 2 ? [single] : usual
}

/** Whether the first line with delimiters has a space after each, as in `a, b, "c"`. */
export function isPadded(head: string, delimiter: string): boolean {
  const lines = head.slice(0, charactersJudged).split(/\r\n?|\n/, linesJudged)
  const [, ...cells] = lines.find((line) => line.includes(delimiter))?.split(delimiter) ?? []
  return cells.length > 0 && cells.every((cell) => cell.startsWith(' '))
}

const linesJudged = 30

function hasHeader({ records }: Judgement, isKnownHeader: (cell: string) => boolean): boolean {
  return records.slice(0, linesJudged).some(({ cells }) => cells.filter(isKnownHeader).length >= 3)
}

function isSeparatedBySpaces({ records, width, consistency }: Judgement): boolean {
  return consistency >= leastConsistencyOfSpaces && records[0]?.cells.length === width
}

function spacesInHeader({ dialect, width, consistency }: Judgement): CtoError {
  const isTable = width >= 2 && consistency >= leastConsistency
  return new CtoError('BAD_FILE', 'the header of this file is separated by spaces', {
    reason: isTable
      ? `its records are ${describeDialect(dialect)}`
      : 'spaces also stand within its values, so they do not part its records',
    hint: isTable ? 'correct the header' : 'export it with commas or tabs, or with quotes around the values',
  })
}

/** The first records of a text, without empty ones and without a last one that may be cut off. */
export function sampleRecords(text: string, dialect: Dialect, complete: boolean): RawRecord[] {
  const splitter = new RecordSplitter(dialect)
  const records = splitter.push(text)
  if (complete) records.push(...splitter.end())
  return records
    .slice(dialect.skipLines)
    .filter((record) => !record.cells.every(isBlank))
    .slice(0, recordsJudged)
}

/** A piece may start inside a quoted cell, so both readings are tried and the better one is used. */
function furtherShare(piece: string, dialect: Dialect, width: number): number {
  const anywhere = { ...dialect, skipLines: 0 }
  const outside = piece.slice(piece.indexOf(dialect.lineEnd) + 1)
  const starts = dialect.quote === null ? [outside] : [outside, dialect.quote + piece]
  return Math.max(
    ...starts.map((start, index) => share(sampleRecords(start, anywhere, false).slice(index), width)),
  )
}

function share(records: readonly RawRecord[], width: number): number {
  if (records.length === 0) return 0
  return records.filter((record) => record.cells.length === width && !record.badQuote).length / records.length
}

/** The most frequent number of cells; the larger one of a tie. */
export function usualWidth(records: readonly RawRecord[]): number {
  const counts = new Map<number, number>()
  for (const { cells } of records) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1)
  let [usual, most] = [0, 0]
  for (const [width, count] of counts) {
    if (count > most || (count === most && width > usual)) [usual, most] = [width, count]
  }
  return usual
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function refuseDamage(best: Judgement, samples: Samples): void {
  const { dialect, records, width, consistency } = best
  if (dialect.delimiter === '\t' && isAlignedWithTabs(records)) {
    throw new CtoError('BAD_FILE', 'the columns of this file are aligned with tabs, for people to read', {
      reason: 'an empty cell cannot be told from the space between two columns',
      hint: 'export it as CSV: jira issue list --csv; or --delimiter tab --quote none, if it has columns without a name',
    })
  }
  if ((width < 2 || dialect.quote === null) && isQuotedOnceMore(dialect, samples)) {
    throw new CtoError('BAD_FILE', 'every line of this file is quoted as one single cell', {
      reason: 'a program added quotes around whole lines, and doubled the quotes inside',
      hint: 'export it again, or remove the outer quotes and replace "" by "',
    })
  }
  if (width >= 2 && records.length >= 4 && consistency < leastConsistency) {
    const widths = [...new Set(records.map((record) => record.cells.length))].slice(0, 6).join(', ')
    throw new CtoError('BAD_FILE', 'the rows of this file have no consistent number of columns', {
      reason: `the best reading still gives rows of ${widths} columns`,
      hint: 'export it again, or set its format: --delimiter, --quote none, --skip N',
    })
  }
}

/** Whether most records have as many values as the header has names, but not all in the same places. */
function isAlignedWithTabs([head, ...rows]: readonly RawRecord[]): boolean {
  if (head === undefined) return false
  const filled = ({ cells }: RawRecord): number[] =>
    cells.flatMap((cell, place) => (isBlank(cell) ? [] : [place]))
  const names = filled(head)
  if (names.length === head.cells.length) return false
  const full = rows.map(filled).filter((places) => places.length === names.length)
  return full.length > rows.length / 2 && full.some((places) => places.some((place, i) => place !== names[i]))
}

/** Whether, read with quotes, every record is one cell, header included, and the cells contain the table. */
function isQuotedOnceMore(dialect: Dialect, samples: Samples): boolean {
  const quoted = sampleRecords(samples.head, { ...dialect, quote: '"' }, samples.complete)
  const wrapped = quoted.filter(({ cells, raw }) => cells.length === 1 && raw.startsWith('"'))
  if (wrapped.length < 2 || wrapped.length < quoted.length * 0.9) return false
  const head = wrapped.map(({ cells }) => required(cells[0], 'the only cell')).join('\n')
  return candidates.some((delimiter) => {
    const inner = judge({ head, complete: true, further: [] }, { ...dialect, delimiter, quote: '"' })
    return inner.width >= 2 && inner.consistency > 0.8 && inner.records[0]?.cells.length === inner.width
  })
}
