import { Option, type Command } from 'commander'
import { importTypes, type ImportType } from '../../domain/kinds.js'
import { presets } from '../../importers/map/presets/index.js'
import { loadModes, type LoadMode } from '../../importers/load/loading.js'
import { parseMaxErrors, type MaxErrors } from '../../importers/file/max-errors.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { choice, collect, wholeNumber } from '../../flags/options.js'

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
  maxErrors?: MaxErrors
  rejects?: string
  locale?: string
  progress: 'auto' | 'json' | 'none'
}

/** All of them, in the order of the help. */
export function addCsvOptions(command: Command): Command {
  return addWritingOptions(addReadingOptions(addMappingOptions(addFileOptions(command))))
}

function addFileOptions(command: Command): Command {
  return command
    .optionsGroup('What it is:')
    .requiredOption('--type <type>', importTypes.join(' | '), choice('type', importTypes))
    .option('--from <preset>', `auto, or what exported it: ${presets.map(({ name }) => name).join(' | ')}`)
    .option('--source <name>', 'the tracker by which its bugs are known again; default: the preset')
}

function addMappingOptions(command: Command): Command {
  return command
    .optionsGroup('Columns and values:')
    .option('--map <pair>', 'title=Summary, title=#3 or status.Done=shipped; repeats', collect)
    .option('--const <pair>', 'the same for every record: project=API; repeats', collect)
    .option('--ignore <column>', 'leave a column of the file out; repeats', collect)
    .option('--key <columns>', 'columns that together name a bug: repo,number')
    .option('--mapping <file>', 'what --save-mapping wrote')
    .option('--save-mapping <file>', 'keep what was said, found and answered, for the next time')
    .option(
      '--on-unknown <what>',
      'reject | default | ask, for values nobody knows; default: ask on a terminal, else reject',
      choice('way with unknown values', ['reject', 'default', 'ask'] as const),
    )
    .option('--date-format <format>', 'how dates are written, where they leave a doubt: dd/MM/yyyy HH:mm')
}

function addReadingOptions(command: Command): Command {
  return command
    .optionsGroup('How the file is written, where the guess is wrong:')
    .option('--encoding <name>', 'windows-1252, utf-16le, …')
    .option('--delimiter <character>', 'one character, or tab')
    .option('--quote <character>', 'one character, or none')
    .option('--headerless', 'the first record is data')
    .option('--skip <n>', 'lines before the header', wholeNumber)
    .option('--footer <n>', 'records at the end that are no data', wholeNumber)
    .option(
      '--locale <name>',
      'how numbers are written: de for 1.234,50; default: as each column shows, else en',
    )
    .option('--pad', 'take records that are too short')
}

function addWritingOptions(command: Command): Command {
  return command
    .optionsGroup('What is done with it:')
    .option('--people <file>', 'a table of emails and the logins or names that stand for them in the file')
    .option('--no-create', 'do not create people and projects that are only mentioned')
    .addOption(
      new Option('--mode <mode>', `${loadModes.join(' | ')}: what may be done`)
        .argParser(choice('mode', loadModes))
        .default('upsert'),
    )
    .option('--keep-local', 'fields changed here since stay as they are')
    .option(
      '--newer-only',
      'a bug stays as it is, unless the file says that it changed later than what is known of it',
    )
    .option('--keep-numbers', 'number new bugs as their keys are: HADOOP-12 becomes BUG-12')
    .option('--max-errors <n>', 'bear so many rejected records, or N%; default: 10%', parseMaxErrors)
    .addOption(progressOption())
    .option('--rejects <file>', 'where rejected records go; - for stdout, none for nowhere')
}

export function progressOption(): Option {
  return new Option('--progress <how>', 'auto, or json: events on stderr, a line each; or none')
    .argParser(choice('progress', ['auto', 'json', 'none'] as const))
    .default('auto')
}

/** Whether somebody is asked about values nobody knows. */
export function mayAsk(ctx: Context, { onUnknown }: CsvOptions): boolean {
  return onUnknown === 'ask' || (onUnknown === undefined && ctx.ask.canAsk)
}

/** Throws UsageError for flags that cannot be had together. */
export function requireFittingFlags(ctx: Context, files: readonly string[], options: CsvOptions): void {
  const { onUnknown, rejects, saveMapping } = options
  const onBugsOnly = (['keepLocal', 'newerOnly', 'keepNumbers', 'key'] as const).find((flag) => options[flag])
  if (options.type !== 'bugs' && onBugsOnly !== undefined) {
    const flag = onBugsOnly.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    throw new UsageError(`--${flag} is for --type bugs`)
  }
  if (onUnknown === 'ask' && !ctx.ask.canAsk) {
    throw new UsageError('--on-unknown ask needs a terminal', {
      hint: '--on-unknown reject, and --map for what it rejects',
    })
  }
  if (rejects === '-' && (ctx.line.flags.format === 'json' || ctx.line.flags.format === 'ndjson')) {
    throw new UsageError('--rejects - and JSON both want stdout', { hint: '--rejects FILE' })
  }
  if (files.length > 1 && (rejects === '-' || saveMapping !== undefined)) {
    throw new UsageError('--rejects - and --save-mapping take one file at a time')
  }
  if (files.filter((file) => file === '-').length > 1) throw new UsageError('- can be named only once')
}
