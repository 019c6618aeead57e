import { required } from '../errors.js'
import { csvDialects, csvLine, localNumber, tsvLine, type CsvDialect } from './delimited.js'
import {
  cardNames,
  chooseFields,
  empty,
  flatReader,
  pick,
  textCells,
  type Field,
  type Look,
  type RecordView,
} from './field.js'
import type { RecordFormat } from './format.js'
import { jsonList, toJson, toJsonLine, type PageInfo } from './json.js'
import { markdownLine, markdownRule } from './markdown.js'
import { plain } from './style.js'
import { visibleStrings } from './visible.js'

export interface Page<Row> {
  data: readonly Row[]
  /** Every match, not only this page; null or absent where it was not counted. */
  total?: number | null | undefined
  nextCursor?: string | null | undefined
  /** Where there is no cursor to tell it by. */
  hasMore?: boolean | undefined
}

export interface PrintOptions {
  format: RecordFormat
  /** Names from `--fields`; absent: the view's own choice, and in JSON the whole record. */
  fields?: readonly string[] | undefined
  /** Whether table, tsv, csv and markdown begin with a line of headings. */
  header: boolean
  /** Columns of the terminal; null: nothing is ever cut. */
  width: number | null
  look: Look
  /** Guard csv cells against spreadsheets. */
  formulaGuard: boolean
  /** How csv is written; absent: by RFC 4180. */
  csvDialect?: CsvDialect | undefined
  /** The text goes to a terminal: hidden characters in csv are spelled out too. */
  terminal?: boolean | undefined
  /** The data is that of a dry run; JSON has `dryRun`. */
  dryRun?: boolean | undefined
}

/** A list, as text. Throws UsageError for an unknown field. */
export async function renderPage<Row>(
  view: RecordView<Row>,
  page: Page<Row>,
  options: PrintOptions,
): Promise<string> {
  const printer = await rowPrinter(view, options, page.data)
  const rows = page.data.map((row, index) => printer.row(row, index))
  return printer.head + rows.join('') + printer.foot({ ...page, returned: page.data.length })
}

/** A list, as `data` of its JSON. Throws UsageError for an unknown field. */
export function jsonRows<Row>(
  view: RecordView<Row>,
  rows: readonly Row[],
  options: Pick<PrintOptions, 'fields' | 'dryRun'>,
): unknown[] {
  const fields = chooseFields(view, options.fields ?? view.defaults)
  return rows.map((row) => jsonRecord(fields, row, options))
}

/** One record, as text: a card instead of a table, `{"data":{…}}` in JSON. Throws UsageError for an unknown field. */
export async function renderOne<Row>(
  view: RecordView<Row>,
  row: Row,
  options: PrintOptions,
): Promise<string> {
  const fields = chooseFields(view, options.fields ?? cardNames(view))
  if (options.format === 'json') return toJson({ data: jsonRecord(fields, row, options) })
  if (options.format === 'table') return (await cardPrinter(fields, options)).row(row, 0)
  const printer = await printerOf(view, fields, options, [row])
  return printer.head + printer.row(row, 0) + printer.foot({ returned: 1 })
}

/** A list in pieces, for a page or a stream: head, each row with its index from 0, foot. */
export interface RowPrinter<Row> {
  head: string
  row(row: Row, index: number): string
  foot(page: PageInfo): string
  /** The headings of a table's columns for which there was no room. */
  omitted?: readonly string[]
}

/** `sample` gives a table its column widths: all rows of a page, the first ones of a stream. */
export async function rowPrinter<Row>(
  view: RecordView<Row>,
  options: PrintOptions,
  sample: readonly Row[],
): Promise<RowPrinter<Row>> {
  return printerOf(view, chooseFields(view, options.fields ?? view.defaults), options, sample)
}

/** What measures graphemes takes 20 ms to load: programs, which read neither tables nor blocks, never pay for it. */
async function printerOf<Row>(
  view: RecordView<Row>,
  fields: readonly Field<Row>[],
  options: PrintOptions,
  sample: readonly Row[],
): Promise<RowPrinter<Row>> {
  const names = fields.map((field) => field.name)
  const readers = fields.map(flatReader)
  const flat = (row: Row) => readers.map((read) => read(row))
  const safety = { formulaGuard: options.formulaGuard, terminal: options.terminal ?? false }

  switch (options.format) {
    case 'json':
      return { ...jsonList, row: (row, index) => jsonList.row(jsonRecord(fields, row, options), index) }
    case 'ndjson':
      return linePrinter('', (row) => toJsonLine(jsonRecord(fields, row, options)))
    case 'csv': {
      const dialect = options.csvDialect ?? csvDialects.rfc4180
      // Money is text, but printed as a number; a title that looks like a number is not.
      const local = (row: Row) =>
        flat(row).map((cell, i) =>
          typeof cell === 'string' && fields[i]?.align === 'right' ? localNumber(cell, dialect) : cell,
        )
      const head = options.header ? csvLine(names, safety, dialect) : ''
      return linePrinter(dialect.mark + head, (row) => csvLine(local(row), safety, dialect))
    }
    case 'tsv':
      return linePrinter(options.header ? tsvLine(names, safety) : '', (row) => tsvLine(flat(row), safety))
    case 'ids':
      return linePrinter('', (row) => tsvLine([view.id(row)], safety))
    case 'list':
      return blockPrinter(fields, options)
    case 'markdown':
      return markdownPrinter(fields, options)
    case 'table':
      return tablePrinter(view, fields, options, sample)
  }
}

/** Where no table fits, a card for each record. */
async function tablePrinter<Row>(
  view: RecordView<Row>,
  fields: readonly Field<Row>[],
  options: PrintOptions,
  sample: readonly Row[],
): Promise<RowPrinter<Row>> {
  const { header, width: room, look } = options
  const { tableLayout, lineBelow } = await import('./table.js')
  const layout = tableLayout({ fields, sample, header, room, look })
  if (!layout) return cardPrinter(fields, options)
  const head = header && sample.length > 0 ? `${look.style.bold(layout.headings)}\n` : ''
  const below = (row: Row) =>
    options.fields === undefined ? lineBelow(view.below?.(visibleStrings(row), look), room) : ''
  const print = (row: Row) => `${layout.line(row)}\n${layout.below(row)}${below(row)}`
  return { ...linePrinter(head, print), omitted: layout.omitted }
}

/** A card shows what there is, unless its fields were named. */
async function cardPrinter<Row>(
  fields: readonly Field<Row>[],
  { fields: named, width: room, look }: PrintOptions,
): Promise<RowPrinter<Row>> {
  const { card } = await import('./block.js')
  const cardOf = (row: Row) => {
    const cells = textCells(fields, row, look)
    const shown = fields
      .map(({ header }, i) => ({ header, cell: required(cells[i], 'a cell for every field') }))
      .filter(({ cell }) => named !== undefined || ![empty, ''].includes(cell))
    return card(
      shown.map(({ header }) => header),
      shown.map(({ cell }) => cell),
      { room, label: (text) => look.style.dim(text) },
    )
  }
  return linePrinter('', (row, index) => (index === 0 ? '' : '\n') + cardOf(row))
}

async function blockPrinter<Row>(
  fields: readonly Field<Row>[],
  { look }: PrintOptions,
): Promise<RowPrinter<Row>> {
  const { listBlock } = await import('./block.js')
  const names = fields.map(({ name }) => name)
  return linePrinter(
    '',
    (row, index) => (index === 0 ? '' : '\n') + listBlock(names, textCells(fields, row, look)),
  )
}

/** Never coloured: it is pasted elsewhere. */
function markdownPrinter<Row>(fields: readonly Field<Row>[], options: PrintOptions): RowPrinter<Row> {
  const look = { ...options.look, style: plain }
  const head = markdownLine(fields.map((field) => field.header)) + markdownRule(fields)
  return linePrinter(options.header ? head : '', (row) => markdownLine(textCells(fields, row, look)))
}

function linePrinter<Row>(head: string, row: (row: Row, index: number) => string): RowPrinter<Row> {
  return { head, row, foot: () => '' }
}

/** The whole record, or what `--fields` leaves of it; never coloured, never cut. */
function jsonRecord<Row>(
  fields: readonly Field<Row>[],
  row: Row,
  options: Pick<PrintOptions, 'fields' | 'dryRun'>,
): unknown {
  const record = options.fields === undefined ? row : pick(fields, row)
  return options.dryRun === true ? { ...record, dryRun: true } : record
}
