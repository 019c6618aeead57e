import type { Command } from 'commander'
import { deliveryFilterNames } from '../domain/delivery/filters.js'
import { nearest } from '../domain/nearest.js'
import { shellQuoted } from '../domain/shell-quoted.js'
import { UsageError } from '../errors.js'
import { argumentFor, commandsWith, flagFor, otherWay, timeAsked, verbsFor } from './other-words.js'

/** Commander's message about a wrong line, reworded, with a suggestion. */
export function usageError(
  message: string,
  program: Command,
  words: readonly string[],
  argv: readonly string[] = words,
): UsageError {
  const [text = ''] = message
    .replace(/^error: /, '')
    .replace(/\.$/, '')
    .split('\n')
  const command = commandOf(program, words)
  const path = pathOf(command)
  const [, kind, wrong = ''] = /^unknown (command|option) '([^']*)'/.exec(text) ?? []
  const [, missing] = /^required option '(--[\w-]+)/.exec(text) ?? []
  if (missing !== undefined) {
    const values = command.options.find(({ long }) => long === missing)?.description
    return new UsageError(`${path} needs ${missing}`, { reason: values, hint: `${path} --help` })
  }
  const [, argument] = /^missing required argument '([^']*)'/.exec(text) ?? []
  if (argument !== undefined) return missingArgument(argument, command)
  if (text.startsWith('too many arguments'))
    return fieldsAfterJson(text, argv) ?? tooManyArguments(text, command, words)
  if (kind === undefined) return new UsageError(text, { hint: `${path} --help` })
  const instead = kind === 'command' ? otherWay(words) : null
  if (instead) return new UsageError(text, instead)
  if (kind === 'option') return unknownFlag(text, wrong, command)
  const suggestion = nearestCommand(wrong, namesOf(command.commands))
  return new UsageError(text, { reason: meant(suggestion), hint: `${path} --help` })
}

/** With what the argument is, and the command that lists what it can be. */
function missingArgument(name: string, command: Command): UsageError {
  const path = pathOf(command)
  const { description } = command.registeredArguments.find((each) => each.name() === name) ?? {}
  const lists = command.parent?.commands.find((each) => ['list', 'history'].includes(each.name()))
  return new UsageError(`${path} needs ${name.toUpperCase()}`, {
    reason: description,
    hint: lists === undefined || lists === command ? `${path} --help` : pathOf(lists),
  })
}

/** With `--fields` before the names of fields that stand after `--json`, as `gh` takes them; null where none do. */
function fieldsAfterJson(text: string, argv: readonly string[]): UsageError | null {
  const after = argv.indexOf('--json') + 1
  const fields = argv[after] ?? ''
  if (after === 0 || !/^[a-z]+(?:,[a-z]+)*$/i.test(fields)) return null
  const line = [
    ...argv.slice(0, after).map(shellQuoted),
    '--fields',
    fields,
    ...argv.slice(after + 1).map(shellQuoted),
  ]
  return new UsageError(text, {
    reason: '--json takes no value; --fields names the fields',
    hint: ['cto', ...line].join(' '),
  })
}

/** With the flag that takes what a new record is called, where it was given without one. */
function tooManyArguments(text: string, command: Command, words: readonly string[]): UsageError {
  const path = pathOf(command)
  const given = words.slice(path.split(' ').length - 1).join(' ')
  const names = given.includes('@') ? ['--email', ...namingFlags] : namingFlags
  const flag = names.find((name) => command.options.some(({ long }) => long === name))
  if (command.name() !== 'create' || command.registeredArguments.length > 0 || flag === undefined)
    return new UsageError(text, { hint: `${path} --help` })
  const value = given === '' ? flagWithValue(flag, command) : `${flag} ${shellQuoted(given)}`
  return new UsageError(text, { reason: meant(flag), hint: `${path} ${value}` })
}

/** Of the create verbs without an argument, the first that the verb has. */
const namingFlags = ['--title', '--name', '--email']

/**
 * With the argument of that name, else with what other tools call it, else the nearest flag of the command, else the only
 * command of the same group that has the flag. Of a group: with the commands below that have it.
 */
function unknownFlag(text: string, wrong: string, command: Command): UsageError {
  const path = pathOf(command)
  const argument = argumentFor(wrong, command)
  if (argument !== null)
    return new UsageError(text, {
      reason: `it is an argument of ${path}, without a flag`,
      hint: `${path} ${argument.toUpperCase()}`,
    })
  const time = timeOfFigures(wrong, command)
  if (time !== null) return new UsageError(text, time)
  const ours = flagFor(wrong, flagsOf(command))
  const isGroup = command.commands.length > 0
  const near = ours ?? (isGroup ? null : nearestFlag(wrong, flagsOf(command)))
  const [first, ...others] = near === null ? commandsFor(wrong, command) : []
  const filters = near === null ? filtersOfFacts(wrong, command) : []
  if (first === undefined && filters.length > 0)
    return new UsageError(text, {
      reason: `what ${path} prints has none; its filters are ${filters.join(', ')}`,
      hint: `${path} --help`,
    })
  if (first === undefined)
    return new UsageError(text, {
      reason: meant(near ?? nearestFlag(wrong, flagsOf(command))),
      hint: `${path} --help`,
    })
  const group = pathOf(isGroup ? command : (command.parent ?? command))
  const more = others.length > 0 ? `, also ${namesOf(others.slice(0, mostNamed)).join(', ')}` : ''
  return new UsageError(text, {
    reason: `it is a flag of ${group} ${first.name()}${more}`,
    hint: [group, first.name(), argumentsOf(first), flagWithValue(wrong, first)].filter(Boolean).join(' '),
  })
}

/**
 * Where the time of figures is asked for: `--created`, which bugs have too, would answer another question. Null where the command
 * prints none, or has a flag for it.
 */
function timeOfFigures(wrong: string, command: Command): { reason: string | undefined; hint: string } | null {
  const [path, flags, asked] = [pathOf(command), flagsOf(command), timeAsked(wrong)]
  const printsFigures = command.parent?.name() === 'metrics' || command.name() === 'report'
  if (!printsFigures || asked === null || !flags.includes('--as-of')) return null
  const hint = `${path} ${flagWithValue('--as-of', command)}`
  if (asked === 'moment') return { reason: meant('--as-of'), hint }
  if (flags.includes('--between')) return null
  return {
    reason: 'it prints figures of one moment, which --as-of chooses; cto metrics engineering takes a period',
    hint,
  }
}

/**
 * The commands to name for a flag that one of them has. Beside a verb only a single other one is named, and not for a short or
 * a common flag: a line with it was meant for this verb.
 */
function commandsFor(wrong: string, command: Command): readonly Command[] {
  const found = commandsWith(wrong, command)
  if (command.commands.length > 0) return found
  const isCommon = !wrong.startsWith('--') || commonFlags.includes(wrong)
  return isCommon || found.length > 1 ? [] : found
}

/** Flags of every list, and one that every command reads in its own way. */
const commonFlags = ['--limit', '--fail-if-empty', '--sort', '--cursor', '--where', '--by']

/** What the command must have besides its flags: `BUG`. */
function argumentsOf(command: Command): string {
  const needed = command.registeredArguments.filter(({ required }) => required)
  return needed.map((argument) => argument.name().toUpperCase()).join(' ')
}

/** `--hours HOURS` */
function flagWithValue(flag: string, command: Command): string {
  const value = command.options.find(({ long, short }) => flag === long || flag === short)?.flags
  const [, placeholder] = /<([^>]+?)(?:\.\.\.)?>/.exec(value ?? '') ?? []
  return placeholder === undefined ? flag : `${flag} ${placeholder.toUpperCase()}`
}

/** Where the flag is a filter of other facts of repositories: the filters that the command has. */
function filtersOfFacts(wrong: string, command: Command): string[] {
  const all = deliveryFilterNames.map((name) => `--${name}`)
  const own = command.options.flatMap(({ long }) => all.filter((each) => each === long))
  return all.includes(wrong) && own.includes('--org') ? own : []
}

const mostNamed = 4

function meant(suggestion: string | null): string | undefined {
  return suggestion === null ? undefined : `did you mean ${suggestion}?`
}

/** Of a line that asks for help: a word that is no command is refused, where commander would show the page above it. */
export function refuseUnknownCommand(program: Command, words: readonly string[]): void {
  const command = commandOf(program, words)
  const known = pathOf(command).split(' ').length - 1
  const wrong = words[known]
  if (wrong === undefined || command.commands.length === 0) return
  throw usageError(`unknown command '${wrong}'`, program, words)
}

/** The innermost command that the words lead to. */
function commandOf(program: Command, words: readonly string[]): Command {
  let command = program
  for (const word of words) {
    const child = command.commands.find((each) => each.name() === word)
    if (child === undefined) break
    command = child
  }
  return command
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
}

function namesOf(commands: readonly Command[]): string[] {
  return commands.map((command) => command.name())
}

function flagsOf(command: Command): string[] {
  const own = command.options.flatMap(({ long }) => (long === undefined ? [] : [long]))
  return [...own, ...(command.parent ? flagsOf(command.parent) : ['--help'])]
}

function nearestCommand(wrong: string, names: readonly string[]): string | null {
  const known = verbsFor(wrong, names)
  return known.length > 0 ? known.join(' or ') : nearest(wrong, names)
}

/** Compared without the dashes, which every flag has. */
function nearestFlag(wrong: string, flags: readonly string[]): string | null {
  const bare = (flag: string) => flag.replace(/^--?/, '')
  const suggestion = nearest(bare(wrong), flags.map(bare))
  return suggestion === null ? null : `--${suggestion}`
}
