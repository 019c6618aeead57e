import type { Argument, Command, Option } from 'commander'
import { nearest } from '../domain/nearest.js'
import { CtoError, UsageError } from '../errors.js'

/** Commander's message about a wrong line, reworded, with a suggestion. */
export function usageError(message: string, program: Command, words: readonly string[]): UsageError {
  const [text = ''] = message.replace(/^error: /, '').split('\n')
  const command = commandOf(program, words)
  const path = pathOf(command)
  const [, kind, wrong = ''] = /^unknown (command|option) '([^']*)'/.exec(text) ?? []
  const [, missing] = /^required option '(--[\w-]+)/.exec(text) ?? []
  if (missing !== undefined) {
    const values = command.options.find(({ long }) => long === missing)?.description
    return new UsageError(`${path} needs ${missing}`, { reason: values, hint: `${path} --help` })
  }
  if (kind === undefined) return new UsageError(text, { hint: `${path} --help` })
  if (kind === 'command' && command === program && wrong === 'export')
    return new UsageError(text, {
      reason: 'every list is an export, with --fields all of every field; import csv reads it again',
      hint: 'cto bugs list --status all --limit 0 --fields all -f csv -o bugs.csv',
    })
  const suggestion =
    kind === 'command' ? nearestCommand(wrong, namesIn(command)) : nearestFlag(wrong, flagsOf(command))
  return new UsageError(text, {
    reason: suggestion === null ? undefined : `did you mean ${suggestion}?`,
    hint: `${path} --help`,
  })
}

/** Of a line that asks for help: a word that is no command is refused, where commander would show the page above it. */
export function refuseUnknownCommand(program: Command, words: readonly string[]): void {
  const command = commandOf(program, words)
  const known = pathOf(command).split(' ').length - 1
  const wrong = words[known]
  if (wrong === undefined || command.commands.length === 0) return
  throw usageError(`unknown command '${wrong}'`, program, words)
}

/** Names the flag or the argument in the error of every value that it refuses. */
export function nameRefusedValues(command: Command): void {
  for (const option of command.options) wrap(option, option.long ?? option.flags)
  for (const argument of command.registeredArguments) wrap(argument, argument.name())
  for (const child of command.commands) nameRefusedValues(child)
}

function wrap(taker: Option | Argument, name: string): void {
  const parse = taker.parseArg
  if (parse === undefined) return
  const refusing = (value: string, previous: never): unknown => {
    try {
      return parse(value, previous)
    } catch (error) {
      if (!(error instanceof CtoError)) throw error
      const { code, message, reason, hint, cause } = error
      throw new CtoError(code, named(message, name), { reason, hint, cause })
    }
  }
  taker.parseArg = refusing as typeof parse
}

/** `--limit "x" is not a whole number`, and no name twice. */
function named(message: string, name: string): string {
  if (message.startsWith('"')) return `${name} ${message}`
  const word = name.replace(/^--/, '').replaceAll('-', ' ').toLowerCase()
  return message.toLowerCase().replaceAll('-', ' ').includes(word) ? message : `${name}: ${message}`
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

function namesIn(command: Command): string[] {
  return command.commands.map((child) => child.name())
}

function flagsOf(command: Command): string[] {
  const own = command.options.flatMap(({ long }) => (long === undefined ? [] : [long]))
  return [...own, ...(command.parent ? flagsOf(command.parent) : ['--help'])]
}

/** The names of our verbs in other tools. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  comment: ['note'],
  view: ['show'],
  get: ['show'],
  ls: ['list'],
  resolve: ['ship', 'close'],
  fix: ['ship', 'close'],
  take: ['start'],
  add: ['create'],
  new: ['create'],
  edit: ['update'],
  rm: ['delete'],
  remove: ['delete'],
  find: ['search'],
  log: ['history'],
}

function nearestCommand(wrong: string, names: readonly string[]): string | null {
  const known = (elsewhere[wrong.toLowerCase()] ?? []).filter((name) => names.includes(name))
  return known.length > 0 ? known.join(' or ') : nearest(wrong, names)
}

/** Compared without the dashes, which every flag has. */
function nearestFlag(wrong: string, flags: readonly string[]): string | null {
  const bare = (flag: string) => flag.replace(/^--?/, '')
  const suggestion = nearest(bare(wrong), flags.map(bare))
  return suggestion === null ? null : `--${suggestion}`
}
