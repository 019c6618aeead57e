import { Command, Help, Option } from 'commander'
import type { Context } from '../commands/context.js'
import { choice, list, wholeNumber } from '../commands/options.js'
import { formats, specialFormats, type Format } from '../output/format.js'
import type { UsageError } from '../errors.js'
import { refuseUnknownCommand, usageError } from './usage-error.js'

/** The flags of every command, as commander leaves them. */
export interface ProgramOptions {
  format?: Format
  json?: true
  fields?: string[]
  output?: string
  header: boolean
  wide?: true
  formulaGuard?: true
  color?: 'auto' | 'always' | 'never'
  as?: string
  tz?: string
  profile?: string
  write?: true
  lockTimeout?: number
  dryRun?: true
  yes?: true
  input: boolean
  quiet?: true
  verbose?: true
  envFile?: string
}

interface Group {
  name: string
  summary: string
  /** Adds the verbs; loaded only when the line names the group. */
  load(): Promise<(group: Command, ctx: Context) => void>
}

const groups: readonly Group[] = [
  {
    name: 'demo',
    summary: 'See it work: sample data, an import, the KPIs',
    load: async () => (await import('../commands/demo/index.js')).addDemo,
  },
  {
    name: 'status',
    summary: 'Where am I: database, user, counts, last import',
    load: async () => (await import('../commands/status/index.js')).addStatus,
  },
  {
    name: 'bugs',
    summary: 'Find bugs, take them, ship them',
    load: async () => (await import('../commands/bugs/index.js')).addBugs,
  },
  {
    name: 'projects',
    summary: 'What the organisation builds',
    load: async () => (await import('../commands/projects/index.js')).addProjects,
  },
  {
    name: 'users',
    summary: 'The people',
    load: async () => (await import('../commands/users/index.js')).addUsers,
  },
  {
    name: 'import',
    summary: 'Bring in exports of other trackers',
    load: async () => (await import('../commands/import/index.js')).addImport,
  },
  {
    name: 'metrics',
    summary: 'Figures, snapshots and gates',
    load: async () => (await import('../commands/metrics/index.js')).addMetrics,
  },
  {
    name: 'report',
    summary: 'Every figure on one page of HTML',
    load: async () => (await import('../commands/report/index.js')).addReport,
  },
  {
    name: 'audit',
    summary: 'Who did what',
    load: async () => (await import('../commands/audit/index.js')).addAudit,
  },
  {
    name: 'db',
    summary: 'Create, migrate and inspect the database',
    load: async () => (await import('../commands/db/index.js')).addDb,
  },
  {
    name: 'config',
    summary: 'Settings: what holds, and who said so',
    load: async () => (await import('../commands/config/index.js')).addConfig,
  },
  {
    name: 'commands',
    summary: 'List every command with its flags and exit codes, for programs and people',
    load: async () => (await import('../commands/commands/index.js')).addCommands,
  },
  {
    name: 'completion',
    summary: 'Print the script that completes cto in your shell',
    load: async () => (await import('../commands/completion/index.js')).addCompletion,
  },
  {
    name: 'help',
    summary: 'Show the page of a command, or a topic',
    load: async () => (await import('../commands/help/index.js')).addHelp,
  },
]

/** The whole tree of the group that the line names, and stubs of the others. */
export async function buildProgram(argv: readonly string[], ctx: Context, version: string): Promise<Command> {
  const program = withGlobalOptions(new Command('cto'), version)
  const [named] = firstWords(program, argv)
  return withGroups(program, ctx, ({ name }) => name === named)
}

/** The whole tree, for those who describe it rather than run it. */
export async function buildTree(ctx: Context, version: string): Promise<Command> {
  return withGroups(withGlobalOptions(new Command('cto'), version), ctx, () => true)
}

/** The groups, and the commands without one. */
export function groupsOf(program: Command): { name: string; summary: string }[] {
  return program.commands.map((group) => ({ name: group.name(), summary: group.description() }))
}

async function withGroups(
  program: Command,
  ctx: Context,
  isWanted: (group: Group) => boolean,
): Promise<Command> {
  for (const each of groups) {
    const group = program.command(each.name).description(each.summary)
    if (isWanted(each)) (await each.load())(group, ctx)
  }
  return program
}

/** Groups that are themselves commands. */
const alone = ['demo', 'status', 'commands', 'completion', 'help', 'report']

/**
 * `cto` and `cto bugs` mean their help, and `cto help bugs list` the help of that verb: commander prints the first
 * two on stderr as a failure, and the wrong page for the third.
 */
export function normalise(argv: readonly string[]): string[] {
  const words = firstWords(withGlobalOptions(new Command('cto'), ''), argv)
  const [first, second] = words
  const isGroup = (word: string | undefined) => groups.some(({ name }) => name === word)
  if (first === 'help' && !asksHelp(argv)) {
    const rest = argv.filter((_, index) => index !== argv.indexOf('help'))
    return second === undefined || isGroup(second) ? [...rest, '--help'] : [...argv]
  }
  // A flag that nobody knows is refused, not answered with a page.
  const isBare = first === undefined && argv.every((word) => !word.startsWith('-') || isKnown(word))
  const isOnlyGroup = words.length === 1 && isGroup(first) && !alone.includes(first ?? '')
  return (isBare && !argv.includes('--version')) || isOnlyGroup ? [...argv, '--help'] : [...argv]
}

function isKnown(flag: string): boolean {
  const [name] = flag.split('=')
  const { options } = withGlobalOptions(new Command('cto'), '')
  return ['-h', '--help'].includes(flag) || options.some(({ short, long }) => short === name || long === name)
}

function asksHelp(argv: readonly string[]): boolean {
  return argv.includes('--help') || argv.includes('-h')
}

/** Of a line that asks for a page: that of a command that there is. */
export function refuseWrongHelp(program: Command, argv: readonly string[]): void {
  if (asksHelp(argv)) refuseUnknownCommand(program, firstWords(program, argv))
}

function withGlobalOptions(program: Command, version: string): Command {
  return program
    .description('Bugs, projects, people, imports and metrics of an engineering organisation, in PostgreSQL.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this page')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ visibleOptions })
    .addHelpText('before', ({ command }) => (command.parent ? '' : firstSteps))
    .addHelpText('after', ({ command }) => (command.parent ? '' : lastWords))
    .optionsGroup('Output:')
    .option('-f, --format <format>', formats.join(' | '), choice('format', [...formats, ...specialFormats]))
    .option('--json', 'the same as --format json')
    .option('--fields <names>', 'only these JSON fields, in this order: a,b.c', list)
    .option('-o, --output <file>', 'write to a file, which appears only when complete')
    .option('--no-header', 'no line of field names')
    .option('--wide', 'do not fit tables to the terminal')
    .option('--formula-guard', 'guard csv cells against spreadsheets')
    .addOption(
      new Option('--color <when>', 'auto | always | never').argParser(
        choice('color', ['auto', 'always', 'never'] as const),
      ),
    )
    .option('-q, --quiet', 'no remarks on stderr')
    .option('-v, --verbose', 'say more on stderr, slow queries too')
    .optionsGroup('Everywhere:')
    .option('--as <user>', 'who acts')
    .option('--tz <zone>', 'time zone for dates, as Europe/Berlin')
    .option('--profile <name>', 'the database of this profile; see: cto config list')
    .option('--write', 'allow a protected profile to be written')
    .option('--dry-run', 'do everything, then roll back')
    .option('-y, --yes', 'answer yes to questions')
    .option('--no-input', 'never ask')
    .option('--lock-timeout <seconds>', 'wait so long for a locked database (10)', wholeNumber)
    .option('--env-file <file>', 'read variables from a file')
}

const firstSteps = `Examples:
  cto demo                              see it work
  cto bugs list --severity critical     what hurts
  cto import csv export.csv --type bugs bring your bugs
  cto metrics kpis --json               figures for a program

`

const lastWords = `
More: cto <group> --help, cto help <group> <verb>
Topics: cto help exit-codes | formats | environment | filters
`

/** The words before any flag of a verb: group and verb. Flags of every command may stand before them. */
function firstWords(program: Command, argv: readonly string[]): string[] {
  const words: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? ''
    if (!word.startsWith('-')) {
      words.push(word)
      continue
    }
    const option = program.options.find((each) => each.short === word || each.long === word)
    if (option?.required) i++
    if (!option && word !== '--help' && word !== '-h') break
  }
  return words
}

/** What commander says of a wrong line, in our words. */
export function lineError(message: string, program: Command, argv: readonly string[]): UsageError {
  return usageError(message, program, firstWords(program, argv))
}

/** Its own flags, and under their headings those of every command; the version belongs to the first page alone. */
function visibleOptions(this: Help, command: Command): Option[] {
  const root = rootOf(command)
  const own = Help.prototype.visibleOptions.call(this, command)
  if (command === root) return own
  return [...own, ...root.options.filter(({ long }) => long !== '--version')]
}

function rootOf(command: Command): Command {
  return command.parent ? rootOf(command.parent) : command
}
