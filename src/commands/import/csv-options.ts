import { Option, type Command } from 'commander'
import { importTypes, type ImportType } from '../../domain/kinds.js'
import { presets } from '../../importers/map/presets/index.js'
import { loadModes, type LoadMode } from '../../importers/load/loading.js'
import { parseMaxErrors, type MaxErrors } from '../../importers/file/max-errors.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { choice, collect, list, wholeNumber } from '../../flags/options.js'
import { slaStarts, type SlaStart } from '../../domain/sla.js'
import { requireNamedFile } from '../../flags/named-file.js'

export interface CsvOptions {
  type: ImportType
  from?: string
  source?: string
  map?: string[]
  const?: string[]
  ignore?: string[]
  key?: string
  mapping?: string
  saveMapping?: string
  onUnknown?: 'reject' | 'default' | 'ask'
  dateFormat?: string
  encoding?: string
  delimiter?: string
  quote?: string
  headerless?: true
  skip?: number
  footer?: number
  pad?: true
  people?: string
  create: boolean
  mode: LoadMode
  keepLocal?: true
  newerOnly?: true
  keepNumbers?: true
  issueType?: string[]
  label?: string[]
  slaFrom?: SlaStart
  maxErrors?: MaxErrors
  rejects?: string
  locale?: string
  progress: 'auto' | 'json' | 'none'
}

/** Declares all flags, in the order of the help. */
export function addCsvOptions(command: Command): Command {
  return addWritingOptions(addReadingOptions(addMappingOptions(addChoiceOptions(addFileOptions(command)))))
}

function addFileOptions(command: Command): Command {
  return command
    .optionsGroup('Source:')
    .requiredOption('--type <type>', importTypes.join(' | '), choice('type', importTypes))
    .option(
      '--from <preset>',
      `auto, or the product that exported it: ${presets.map(({ name }) => name).join(' | ')}`,
    )
    .option(
      '--source <name>',
      'name of the tracker, by which later imports find its bugs; default: the preset',
    )
}

function addMappingOptions(command: Command): Command {
  return command
    .optionsGroup('Columns and values:')
    .option('--map <pair>', 'title=Summary, title=#3 or status.Done=shipped; repeats', collect)
    .option('--const <pair>', 'a value for every record: project=API; repeats', collect)
    .option('--ignore <column>', 'ignore a column of the file; repeats', collect)
    .option('--key <columns>', 'columns that together identify a bug: repo,number')
    .option('--mapping <file>', 'a mapping written by --save-mapping')
    .option('--save-mapping <file>', 'save the flags, the detected preset and the answers to a file')
    .option(
      '--on-unknown <what>',
      'reject | default | ask, for unknown values; default: ask on a terminal, else reject',
      choice('handling of unknown values', ['reject', 'default', 'ask'] as const),
    )
    .option('--date-format <format>', 'format of ambiguous dates: dd/MM/yyyy HH:mm')
}

function addChoiceOptions(command: Command): Command {
  return command
    .optionsGroup('Which records (the others are skipped):')
    .option('--issue-type <types>', 'only of these types: Bug,Defect; repeats', list)
    .option('--label <labels>', 'only with one of these labels; repeats', list)
}

function addReadingOptions(command: Command): Command {
  return command
    .optionsGroup('File format, if detected wrongly:')
    .option('--encoding <name>', 'windows-1252, utf-16le, …')
    .option('--delimiter <character>', 'one character, or tab')
    .option('--quote <character>', 'one character, or none')
    .option('--headerless', 'the first record is data')
    .option('--skip <n>', 'lines before the header', wholeNumber)
    .option('--footer <n>', 'records at the end that are not data', wholeNumber)
    .option('--locale <name>', 'format of numbers: de for 1.234,50; default: detected per column, else en')
    .option('--pad', 'accept records that are too short, or have empty cells too many')
}

function addWritingOptions(command: Command): Command {
  return command
    .optionsGroup('Import:')
    .option('--people <file>', 'a table of emails, names and the logins used for them in the file')
    .option('--no-create', 'do not create people and projects that bugs name')
    .addOption(
      new Option('--mode <mode>', `${loadModes.join(' | ')}: which records may be written`)
        .argParser(choice('mode', loadModes))
        .default('upsert'),
    )
    .option('--keep-local', 'keep fields that were changed in cto')
    .option('--newer-only', 'update a bug only if it changed in the file later than in cto')
    .option('--keep-numbers', 'number new bugs by their keys: HADOOP-12 becomes BUG-12')
    .addOption(slaFromOption())
    .option('--max-errors <n>', 'tolerate up to N rejected records, or N%; default: 10%', parseMaxErrors)
    .addOption(progressOption())
    .option('--rejects <file>', 'file for rejected records; - for stdout, none to write none')
}

export function slaFromOption(): Option {
  return new Option(
    '--sla-from <when>',
    `${slaStarts.join(' | ')}: when the SLA clocks of new open bugs start; default: created`,
  ).argParser(choice('start', slaStarts))
}

export function progressOption(): Option {
  return new Option('--progress <how>', 'auto, json (one event per line on stderr) or none')
    .argParser(choice('progress', ['auto', 'json', 'none'] as const))
    .default('auto')
}

/** Whether unknown values are asked about. */
export function mayAsk(ctx: Context, { onUnknown }: CsvOptions): boolean {
  return onUnknown === 'ask' || (onUnknown === undefined && ctx.ask.canAsk)
}

/** Throws UsageError for flags that exclude each other. */
export function requireFittingFlags(ctx: Context, files: readonly string[], options: CsvOptions): void {
  const { onUnknown, rejects, saveMapping } = options
  const onBugsOnly = (
    ['keepLocal', 'newerOnly', 'keepNumbers', 'key', 'issueType', 'label', 'slaFrom'] as const
  ).find((flag) => options[flag])
  if (options.type !== 'bugs' && onBugsOnly !== undefined) {
    const flag = onBugsOnly.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    throw new UsageError(`--${flag} is for --type bugs`)
  }
  if (onUnknown === 'ask' && !ctx.ask.canAsk) {
    throw new UsageError('--on-unknown ask needs a terminal', {
      hint: '--on-unknown reject, and --map for the rejected values',
    })
  }
  if (rejects === '-' && (ctx.line.flags.format === 'json' || ctx.line.flags.format === 'ndjson')) {
    throw new UsageError('--rejects - and JSON both write to stdout', { hint: '--rejects FILE' })
  }
  requireNamedFile({ flag: '--save-mapping', file: saveMapping, stdout: 'the report of the import' })
  if (files.length > 1 && (rejects === '-' || saveMapping !== undefined)) {
    throw new UsageError('--rejects - and --save-mapping take one file at a time')
  }
  if (files.filter((file) => file === '-').length > 1) throw new UsageError('- can be named only once')
}
