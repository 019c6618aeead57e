import type { Argument, Command, Option } from 'commander'
import { nearest } from '../domain/nearest.js'
import { CtoError, UsageError } from '../errors.js'
import { commandsWith, flagFor, verbsFor } from './other-words.js'

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
  if (kind === 'option') return unknownFlag(text, wrong, command)
  const suggestion = nearestCommand(wrong, namesIn(command))
  return new UsageError(text, { reason: meant(suggestion), hint: `${path} --help` })
}

/** With what other tools call it, else the commands beside that have it, else the nearest flag. */
function unknownFlag(text: string, wrong: string, command: Command): UsageError {
  const path = pathOf(command)
  const ours = flagFor(wrong, flagsOf(command))
  const [first, ...others] = ours === null ? commandsWith(wrong, command) : []
  if (first === undefined)
    return new UsageError(text, {
      reason: meant(ours ?? nearestFlag(wrong, flagsOf(command))),
      hint: `${path} --help`,
    })
  const group = pathOf(command.commands.length > 0 ? command : (command.parent ?? command))
  const more = others.length > 0 ? `, also ${others.slice(0, mostNamed).join(', ')}` : ''
  return new UsageError(text, {
    reason: `it is a flag of ${group} ${first}${more}`,
    hint: `${group} ${first} ${wrong}`,
  })
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
