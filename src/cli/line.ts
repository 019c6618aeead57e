import { Command } from 'commander'
import { required, type UsageError } from '../errors.js'
import { withGlobalOptions } from './global-options.js'
import { alone, groups } from './groups.js'

/**
 * `cto` and `cto bugs` mean their help, and `cto help bugs list` the help of that verb: commander prints the first
 * two on stderr as a failure, and the wrong page for the third.
 */
export async function normalise(given: readonly string[]): Promise<string[]> {
  const argv = await withSharedFirst(given)
  const words = firstWords(withGlobalOptions(new Command('cto'), ''), argv)
  const [first, second] = words
  const isGroup = (word: string | undefined) => groups.some(({ name }) => name === word)
  if (first === 'help' && !asksHelp(argv)) {
    const rest = argv.filter((_, index) => index !== argv.indexOf('help'))
    return second === undefined || isGroup(second) ? [...rest, '--help'] : [...argv]
  }
  const isBare = first === undefined && !argv.includes('--version')
  const isOnlyGroup = words.length === 1 && isGroup(first) && first !== undefined && !alone.includes(first)
  if (!isBare && !isOnlyGroup) return [...argv]
  // An unknown flag is refused, not answered with help.
  return argv.every((word) => !word.startsWith('-') || isKnown(word)) ? [...argv, '--help'] : [...argv]
}

/** Flags that a line takes for all that it runs: how it is printed, and whether anything is kept. A value follows some. */
const sharedFlags = new Map([
  ['--dry-run', false],
  ['--yes', false],
  ['-y', false],
  ['--json', false],
  ['-f', true],
  ['--format', true],
  ['-o', true],
  ['--output', true],
  ['--no-header', false],
  ['--wide', false],
  ['--formula-guard', false],
  ['--locale', true],
  ['--color', true],
  ['--no-pager', false],
])

/** A command that runs others takes these flags from the line after `--` too, unless the verb there has one of its own. */
async function withSharedFirst(argv: readonly string[]): Promise<string[]> {
  const marker = argv.indexOf('--')
  if (marker < 0 || !runsOthers(argv)) return [...argv]
  const [first, rest]: [string[], string[]] = [[], []]
  const line = argv.slice(marker + 1)
  const own = await ownFlags(line)
  const valueOf = (flag: string) => (own.includes(flag) ? undefined : sharedFlags.get(flag))
  for (let i = 0; i < line.length; i++) {
    const word = required(line[i], 'a word of the line')
    const takesValue = valueOf(word)
    const isShared = takesValue !== undefined || valueOf(word.split('=', 1).join('')) === true
    const to = isShared ? first : rest
    to.push(word, ...(takesValue ? line.slice(++i, i + 1) : []))
  }
  return [...first, ...argv.slice(0, marker), '--', ...rest]
}

/** The flags of the verb that a line names: `--locale` of an import is the format of its numbers. */
async function ownFlags(line: readonly string[]): Promise<readonly string[]> {
  const [group, verb] = firstWords(withGlobalOptions(new Command('cto'), ''), line)
  const loaded = await groups.find(({ name }) => name === group)?.load()
  if (loaded === undefined) return []
  const definition = 'map' in loaded ? loaded.find(({ name }) => name === verb) : loaded
  const command = new Command()
  definition?.parameters?.(command)
  return command.options.flatMap(({ short, long }) => [short, long].filter((flag) => flag !== undefined))
}

/** Whether the words after `--` are a line of their own. */
function runsOthers(argv: readonly string[]): boolean {
  const [group, verb] = firstWords(withGlobalOptions(new Command('cto'), ''), argv)
  return group === 'workspaces' && verb === 'each'
}

/** The words after `--`. */
export function restOf(argv: readonly string[]): string[] {
  const marker = argv.indexOf('--')
  return marker < 0 ? [] : argv.slice(marker + 1)
}

function isKnown(flag: string): boolean {
  const [name] = flag.split('=')
  const { options } = withGlobalOptions(new Command('cto'), '')
  return ['-h', '--help'].includes(flag) || options.some(({ short, long }) => short === name || long === name)
}

function asksHelp(argv: readonly string[]): boolean {
  return argv.includes('--help') || argv.includes('-h')
}

/** Requires that a line that asks for a help page names an existing command. */
export async function refuseWrongHelp(program: Command, argv: readonly string[]): Promise<void> {
  if (!asksHelp(argv)) return
  const { refuseUnknownCommand } = await import('./usage-error.js')
  refuseUnknownCommand(program, firstWords(program, argv))
}

/** The words before any flag of a verb: group and verb. Flags of every command may stand before them. */
export function firstWords(program: Command, argv: readonly string[]): string[] {
  const words: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const word = required(argv[i], 'a word of the line')
    if (!word.startsWith('-')) {
      words.push(word)
      continue
    }
    const [name, value] = word.split('=', 2)
    const option = program.options.find((each) => each.short === word || each.long === name)
    if (option?.required && value === undefined) i++
    if (!option && word !== '--help' && word !== '-h') break
  }
  return words
}

/** Commander's message about a wrong line, reworded. */
export async function lineError(
  message: string,
  program: Command,
  argv: readonly string[],
): Promise<UsageError> {
  const { usageError } = await import('./usage-error.js')
  return usageError(message, program, firstWords(program, argv), argv)
}
