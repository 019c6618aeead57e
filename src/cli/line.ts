import { Command } from 'commander'
import { required, type UsageError } from '../errors.js'
import { withGlobalOptions } from './global-options.js'
import { alone, groups } from './groups.js'

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
  const isBare = first === undefined && !argv.includes('--version')
  const isOnlyGroup = words.length === 1 && isGroup(first) && first !== undefined && !alone.includes(first)
  if (!isBare && !isOnlyGroup) return [...argv]
  // An unknown flag is refused, not answered with help.
  return argv.every((word) => !word.startsWith('-') || isKnown(word)) ? [...argv, '--help'] : [...argv]
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
    const option = program.options.find((each) => each.short === word || each.long === word)
    if (option?.required) i++
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
  return usageError(message, program, firstWords(program, argv))
}
