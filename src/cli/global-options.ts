import { Help, Option, type Command } from 'commander'
import { choice, integerBetween, list } from '../flags/options.js'
import { formats, specialFormats, type Format } from '../output/format.js'
import { actingUserName, mostSeconds } from '../settings/typed-value.js'

/** The flags of every command, as commander leaves them. */
export interface ProgramOptions {
  format?: Format
  json?: true
  fields?: string[]
  output?: string
  header: boolean
  wide?: true
  formulaGuard?: true
  locale?: 'de'
  color?: 'auto' | 'always' | 'never'
  pager: boolean
  as?: string
  tz?: string
  profile?: string
  workspace?: string
  write?: true
  primary?: true
  lockTimeout?: number
  dryRun?: true
  yes?: true
  input: boolean
  quiet?: true
  verbose?: true
  envFile?: string
}

/** The root of the tree: its own help, and the flags of every command. */
export function withGlobalOptions(program: Command, version: string): Command {
  return (
    program
      .description(
        'Bugs, projects, people, imports and metrics of an engineering organisation, in PostgreSQL.',
      )
      .version(version, '--version', 'print the version')
      .helpOption('-h, --help', 'print this page')
      .helpCommand(false)
      .exitOverride()
      // A column narrower than commander's 40 is still easier to read than lines cut by the terminal.
      .configureHelp({ visibleOptions, visibleCommands, subcommandTerm, formatHelp, minWidthToWrap: 20 })
      .addHelpText('before', ({ command }) => (command.parent ? '' : firstSteps))
      .addHelpText('after', ({ command }) => (command.parent ? '' : lastWords))
      .optionsGroup('Output:')
      .option('-f, --format <format>', formats.join(' | '), choice('format', [...formats, ...specialFormats]))
      .option('--json', 'the same as --format json')
      .option('--fields <names>', 'only these JSON fields, in this order: a,b.c; or all', list)
      .option('-o, --output <file>', 'write to a file, which appears only when complete; - for stdout')
      .option('--no-header', 'no line of field names')
      .option('--wide', 'do not fit tables to the terminal')
      .option('--formula-guard', 'guard csv cells against spreadsheets')
      .addOption(
        new Option(
          '--locale <locale>',
          'csv for spreadsheets of a country: de writes ; and decimal commas',
        ).argParser(choice('locale', ['de'] as const)),
      )
      .addOption(
        new Option('--color <when>', 'auto | always | never').argParser(
          choice('color', ['auto', 'always', 'never'] as const),
        ),
      )
      .option('--no-pager', 'print long output at once, without a pager')
      .option('-q, --quiet', 'no remarks on stderr')
      .option('-v, --verbose', 'print details and slow queries on stderr')
      .optionsGroup('Everywhere:')
      .option('--as <user>', 'the acting user; none for no user', actingUserName)
      .option('--tz <zone>', 'time zone for dates, as Europe/Berlin')
      .option('-w, --workspace <workspace>', 'the workspace to use; none for no workspace')
      .option('--profile <profile>', 'the database of this profile; see: cto config list')
      .option('--write', 'allow a protected profile to be written')
      .option('--primary', 'read from the database itself, not from the standby of READ_DATABASE_URL')
      .option('--dry-run', 'do everything, then roll back')
      .option('-y, --yes', 'answer yes to questions')
      .option('--no-input', 'never ask')
      .option(
        '--lock-timeout <seconds>',
        'seconds to wait for a locked database (10)',
        integerBetween(0, mostSeconds),
      )
      .option('--env-file <file>', 'read variables from a file')
  )
}

/** The flags of a line that was parsed. `--output -` is no file but stdout, as without the flag. */
export function programOptions(program: Command): ProgramOptions {
  const { output, ...options } = program.opts<ProgramOptions>()
  return output === undefined || output === '-' ? options : { ...options, output }
}

const firstSteps = `Examples:
  cto demo                                see it work
  cto bugs list --severity critical       what hurts
  cto import csv export.csv --type bugs   bring your bugs
  cto metrics kpis --json                 figures for a program
`

const lastWords = `
More: cto <group> --help, cto help <group> <verb>
Topics: cto help exit-codes | formats | environment | filters | sla | priority
`

/** Its own flags, and under their headings those of every command; the version belongs to the first page alone. */
function visibleOptions(this: Help, command: Command): Option[] {
  const own = Help.prototype.visibleOptions.call(this, command)
  return command === rootOf(command) ? own : [...own, ...sharedOptions(command)]
}

/** The flags of every command, without those in whose place the command has one of its own. */
export function sharedOptions(command: Command): Option[] {
  const own = command.options.map(({ long }) => long)
  return rootOf(command).options.filter(({ long }) => long !== '--version' && !own.includes(long))
}

/**
 * Leaves a flag that the verb has too to the verb, where it stands behind the verb: commander would give it to the program,
 * wherever it stands.
 */
export function leaveToVerb(program: Command, verb: Command, argv: readonly string[]): void {
  const before = argv.slice(0, argv.indexOf(verb.name()))
  const isBefore = (flag: string) => before.some((word) => word.split('=', 1)[0] === flag)
  const isOwn = ({ long }: Option) => verb.options.some((own) => own.long === long)
  const left = program.options.filter((option) => isOwn(option) && !isBefore(option.long ?? ''))
  for (const option of left) (program.options as Option[]).splice(program.options.indexOf(option), 1)
}

/** Without commander's own `help`, which the first page lists. */
function visibleCommands(command: Command): Command[] {
  return [...command.commands]
}

/** Commander's page, with what there is to choose from before the flags of every command. */
function formatHelp(this: Help, command: Command, helper: Help): string {
  const page = Help.prototype.formatHelp.call(this, command, helper)
  const [beginning = '', commands] = page.split('\nCommands:\n')
  const flagsAt = beginning.indexOf('\nOptions:\n')
  if (commands === undefined || flagsAt < 0) return page
  return `${beginning.slice(0, flagsAt)}\nCommands:\n${commands}${beginning.slice(flagsAt)}`
}

/** The first page names its groups alone: what a command without one takes is not known before it is loaded. */
function subcommandTerm(this: Help, command: Command): string {
  const isFirst = command.parent === rootOf(command)
  return isFirst ? command.name() : Help.prototype.subcommandTerm.call(this, command)
}

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command
}
