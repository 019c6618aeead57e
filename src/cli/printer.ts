import { Chalk } from 'chalk'
import type { Printed as Collected } from '../context.js'
import { UsageError } from '../errors.js'
import { csvDialects, type CsvDialect } from '../output/delimited.js'
import type { RecordView } from '../output/field.js'
import { formats, type Format, type RecordFormat } from '../output/format.js'
import { toJson, type PageInfo } from '../output/json.js'
import { renderOne, rowPrinter, type Page, type PrintOptions } from '../output/print.js'
import { chalkStyle, type Style } from '../output/style.js'
import { visible } from '../output/visible.js'
import { wrapRemark } from '../output/wrap-remark.js'
import type { SettingValues } from '../settings/table.js'
import { mayColour, toTerminal } from './format.js'
import type { Env, Host } from './host.js'
import type { ProgramOptions } from './global-options.js'
import { chosenPager } from './pager-choice.js'
import { collectedOne, collectedRows } from './collected.js'
import { openSink, type Sink } from './sink.js'

export interface PrinterOptions {
  host: Host
  env: Env
  flags: ProgramOptions
  format: Format
  now: Date
  zone: string
  /** The settings. */
  values: Pick<SettingValues, 'pager' | 'accessible'>
  /** Takes what would be written: another command prints it. */
  collect?: ((printed: Collected) => void) | undefined
}

export async function printPage<Row>(
  view: RecordView<Row>,
  page: Page<Row> & Pick<Printed, 'reason' | 'hidden'>,
  options: PrinterOptions,
): Promise<void> {
  if (options.collect) {
    options.collect(collectedRows(view, { rows: page.data, total: page.total }, options.flags))
    return
  }
  const returned = page.data.length
  const printer = await rowPrinter(view, printOptions(options), page.data)
  const rows = page.data.map((row, index) => printer.row(row, index))
  await emit(printer.head + rows.join('') + printer.foot({ ...page, returned }), options)
  remark(
    view,
    { returned, omitted: printer.omitted, total: page.total, reason: page.reason, hidden: page.hidden },
    options,
  )
}

/** What is known after the last row. */
type StreamEnd = Omit<PageInfo, 'returned'> & Pick<Printed, 'reason' | 'hidden'>

interface Streaming<End> {
  /** Called before anything is printed. */
  begin?(): void
  end(returned: number, end: End): Promise<StreamEnd> | StreamEnd
}

/**
 * The same text as of a page, in pieces: rows as they come, a batch at a time. `End` is what the batches return. What it
 * returns ends the printing, and is called when the database is closed: in a pager a person may read for hours.
 */
export async function printStream<Row, End>(
  view: RecordView<Row>,
  batches: AsyncGenerator<readonly Row[], End>,
  { begin, end }: Streaming<End>,
  options: PrinterOptions,
): Promise<() => Promise<void>> {
  let next = await batches.next()
  begin?.()
  if (options.collect) {
    const rows: Row[] = []
    for (; !next.done; next = await batches.next()) rows.push(...next.value)
    const { total } = await end(rows.length, next.value)
    options.collect(collectedRows(view, { rows, total }, options.flags))
    return () => Promise.resolve()
  }
  const sink = await sinkOf(options)
  try {
    const printer = await rowPrinter(view, printOptions(options), next.done ? [] : next.value)
    let returned = 0
    await sink.write(printer.head)
    while (!next.done) {
      const { value: rows } = next
      await sink.write(rows.map((row, index) => printer.row(row, returned + index)).join(''))
      if (sink.isClosed) return () => sink.finish()
      returned += rows.length
      next = await batches.next()
    }
    const { reason, hidden, ...page } = await end(returned, next.value)
    await sink.write(printer.foot({ returned, ...page }))
    return async () => {
      await sink.finish()
      remark(view, { returned, ...page, omitted: printer.omitted, reason, hidden }, options)
    }
  } catch (error) {
    await sink.abandon()
    throw error
  } finally {
    await batches.return(undefined as never)
  }
}

export async function printOne<Row>(view: RecordView<Row>, row: Row, options: PrinterOptions): Promise<void> {
  if (options.collect) {
    options.collect(collectedOne(view, row, options.flags))
    return
  }
  await emit(await renderOne(view, row, printOptions(options)), options)
}

export async function printDocument(
  { data, text }: { data: unknown; text(style: Style): string },
  options: PrinterOptions,
): Promise<void> {
  const isRecord = typeof data === 'object' && data !== null && !Array.isArray(data)
  const marked = options.flags.dryRun && isRecord ? { ...data, dryRun: true } : data
  if (options.collect) {
    options.collect({ data: marked, records: null, text })
    return
  }
  const isJson = options.format === 'json' || options.format === 'ndjson'
  await emit(isJson ? toJson({ data: marked }) : text(styleOf(options)), options)
}

interface Printed {
  returned: number
  total?: number | null | undefined
  /** Where the total is unknown. */
  hasMore?: boolean | undefined
  omitted?: readonly string[] | undefined
  reason?: string | null | undefined
  hidden?: Hidden | null | undefined
}

/** What a filter that applies by default leaves out. */
export interface Hidden {
  /** The rows that would match without it. */
  of: number
  flag: string
}

/** Remarks on a list: it is cut, empty, or has hidden columns. */
function remark<Row>(
  { plural, none }: RecordView<Row>,
  { returned, total = null, hasMore = false, omitted = [], reason, hidden = null }: Printed,
  { host, flags }: PrinterOptions,
): void {
  if (flags.quiet) return
  const { isTerminal, width } = host.stderr
  const fitted = (text: string) => (isTerminal ? wrapRemark(text, width) : text)
  if (returned === 0 && toTerminal(host, flags)) {
    const why = reason ? `no ${plural}: ${visible(reason)}` : `no ${plural}`
    host.stderr.write(`${reason && reason === none?.reason ? fitted(none.text) : why}\n`)
  }
  if (total === null && hasMore) host.stderr.write(`${returned} shown, more follow; --limit 0 for all\n`)
  if (total !== null && total > returned)
    host.stderr.write(`${returned} of ${total} shown; --limit 0 for all\n`)
  if (hidden !== null && total !== null && hidden.of > total && returned > 0)
    host.stderr.write(`${total} of ${hidden.of} match by default; ${hidden.flag} for all\n`)
  if (omitted.length > 0 && returned > 0)
    host.stderr.write(`${fitted(`no room for ${omitted.join(', ')}; --wide or --format list shows them`)}\n`)
}

function printOptions(options: PrinterOptions): PrintOptions {
  const { host, flags, format, now, zone } = options
  const terminal = toTerminal(host, flags)
  return {
    format: recordFormat(format),
    fields: flags.fields,
    header: flags.header,
    width: terminal && !flags.wide ? host.stdout.width : null,
    look: { now, zone, style: styleOf(options) },
    formulaGuard: (flags.formulaGuard ?? false) || terminal,
    csvDialect: dialectOf(flags, format),
    terminal,
    dryRun: flags.dryRun,
  }
}

/** @throws UsageError for a locale of another format: all others are exact */
function dialectOf({ locale }: ProgramOptions, format: Format): CsvDialect | undefined {
  if (locale === undefined) return undefined
  if (format === 'csv') return csvDialects[locale]
  throw new UsageError('--locale is for csv alone', { hint: 'add --format csv' })
}

/** Which commands take a special format is declared and checked before they run, and they print documents in it. */
function recordFormat(format: Format): RecordFormat {
  const found = formats.find((each) => each === format)
  if (found === undefined) throw new Error(`records cannot be printed as ${format}`)
  return found
}

function styleOf({ host, flags, env }: PrinterOptions): Style {
  const coloured = flags.output === undefined && mayColour(host.stdout, flags, env)
  return chalkStyle(new Chalk({ level: coloured ? 1 : 0 }))
}

/** A pager only for text to show in it. */
async function sinkOf(options: PrinterOptions): Promise<Sink> {
  const { host, flags } = options
  const sink = openSink(host, flags)
  const pager = chosenPager(options)
  return pager === null ? sink : (await import('./pager.js')).toPager(host, pager, sink)
}

async function emit(text: string, options: PrinterOptions): Promise<void> {
  const sink = await sinkOf(options)
  try {
    await sink.write(text)
    await sink.finish()
  } catch (error) {
    await sink.abandon()
    throw error
  }
}
