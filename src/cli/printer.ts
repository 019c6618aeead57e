import { renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Chalk } from 'chalk'
import { CtoError } from '../errors.js'
import type { Noun } from '../output/field.js'
import type { Format } from '../output/format.js'
import { toJson } from '../output/json.js'
import { renderOne, renderPage, type Page, type PrintOptions } from '../output/print.js'
import { chalkStyle, type Style } from '../output/style.js'
import { mayColour, toTerminal } from './format.js'
import type { Host } from './host.js'
import type { ProgramOptions } from './program.js'
import type { Env } from './settings.js'

export interface PrinterOptions {
  host: Host
  env: Env
  flags: ProgramOptions
  format: Format
  now: Date
  zone: string
}

export async function printPage<Row>(
  noun: Noun<Row>,
  page: Page<Row>,
  options: PrinterOptions,
): Promise<void> {
  emit(await renderPage(noun, page, printOptions(options)), options)
  const { host, flags } = options
  if (flags.quiet) return
  if (page.data.length === 0 && toTerminal(host, flags)) host.stderr.write(`no ${noun.plural}\n`)
  if (page.total !== null && page.total !== undefined && page.total > page.data.length) {
    host.stderr.write(`${page.data.length} of ${page.total} shown; --limit 0 for all\n`)
  }
}

export async function printOne<Row>(noun: Noun<Row>, row: Row, options: PrinterOptions): Promise<void> {
  emit(await renderOne(noun, row, printOptions(options)), options)
}

export function printDocument(
  { data, text }: { data: unknown; text(style: Style): string },
  options: PrinterOptions,
): void {
  const isRecord = typeof data === 'object' && data !== null && !Array.isArray(data)
  const marked = options.flags.dryRun && isRecord ? { ...data, dryRun: true } : data
  const isJson = options.format === 'json' || options.format === 'ndjson'
  emit(isJson ? toJson({ data: marked }) : text(styleOf(options)), options)
}

function printOptions(options: PrinterOptions): PrintOptions {
  const { host, flags, format, now, zone } = options
  const terminal = toTerminal(host, flags)
  return {
    format,
    fields: flags.fields,
    header: flags.header,
    width: terminal && !flags.wide ? host.stdout.width : null,
    look: { now, zone, style: styleOf(options) },
    formulaGuard: (flags.formulaGuard ?? false) || terminal,
    terminal,
    dryRun: flags.dryRun,
  }
}

function styleOf({ host, flags, env }: PrinterOptions): Style {
  const coloured = flags.output === undefined && mayColour(host.stdout, flags, env)
  return chalkStyle(new Chalk({ level: coloured ? 1 : 0 }))
}

/** A file is written beside its place and renamed, so that nobody ever reads half of it. */
function emit(text: string, { host, flags }: PrinterOptions): void {
  if (flags.output === undefined) {
    host.stdout.write(text)
    return
  }
  const file = path.resolve(host.cwd, flags.output)
  const partial = `${file}.${host.process.pid}.partial`
  try {
    writeFileSync(partial, text, { flag: 'wx' })
    renameSync(partial, file)
  } catch (error) {
    rmSync(partial, { force: true })
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC')
      throw new CtoError('DISK_FULL', `the disk is full: ${file} was not written`, { cause: error })
    throw new CtoError('NOT_PERMITTED', `${file} cannot be written`, {
      reason: error instanceof Error ? error.message : undefined,
      hint: 'choose another --output',
      cause: error,
    })
  }
}
