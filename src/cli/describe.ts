import { completedTypes } from '../domain/kinds.js'
import type { Argument, Command, Option } from 'commander'
import { outputShapes, type CommandOutput } from '../commands/definition.js'
import { exitCodeMeanings, type ExitCode } from '../errors.js'
import { sharedOptions } from './global-options.js'
import { takenBy } from '../flags/options.js'
import { formats } from '../output/format.js'
import type { ArgumentDescription, CommandDescription, FlagDescription } from '../shapes/command.js'
import { outputSchema } from '../shapes/output.js'
import type { CommandTree, DefinedCommand } from './program.js'

/** Every command of a tree, in its order. */
export function describeCommands({ commands }: CommandTree): CommandDescription[] {
  return commands.map(describeCommand)
}

/** The exit codes of every command. */
const commonExitCodes: readonly ExitCode[] = [0, 1, 2, 4, 6, 130, 143]

function describeCommand({ path, command, definition }: DefinedCommand): CommandDescription {
  const { effect, output, exitCodes = [], examples } = definition
  const view = output.list ?? output.record
  const codes = [...commonExitCodes, ...exitCodes].sort((a, b) => a - b)
  return {
    path,
    description: command.description(),
    effect,
    arguments: command.registeredArguments.map(describeArgument),
    flags: flagsOf(command),
    formats: formatsOf(output),
    fields: view?.fields.map(({ name }) => name) ?? [],
    exitCodes: codes.map((code) => ({ code, meaning: exitCodeMeanings[code] })),
    output: outputSchema(outputShapes(definition)),
    examples: examples.map(([line, what]) => ({ line, what })),
  }
}

/** `text` is what a document is by default; a document with formats of its own is the first of them. */
function formatsOf({ list, record, document, formats: own = [] }: CommandOutput): string[] {
  if (list ?? record) return [...formats, ...own]
  if (document === undefined) return ['text']
  return own.length > 0 ? [...own, 'json'] : ['text', 'json']
}

/** Its own first, then those of every command. */
function flagsOf(command: Command): FlagDescription[] {
  return [
    ...command.options.map((option) => describeFlag(option, false)),
    ...sharedOptions(command).map((option) => describeFlag(option, true)),
  ]
}

function describeFlag(option: Option, global: boolean): FlagDescription {
  const { long, short, description, parseArg, helpGroupHeading = 'Options:' } = option
  const { words = null, repeats = false, integer = false } = takenBy(parseArg)
  const [, placeholder = null] = /[<[]([^>\]]+)[>\]]/.exec(option.flags) ?? []
  return {
    name: long ?? option.flags,
    short: short ?? null,
    type: placeholder === null ? 'boolean' : words ? 'enum' : integer ? 'integer' : typeNamed(placeholder),
    placeholder,
    values: words && [...words],
    default: option.negate ? null : ((option.defaultValue as unknown) ?? null),
    repeatable: repeats || option.variadic,
    required: option.mandatory,
    group: helpGroupHeading.replace(/:$/, ''),
    global,
    description,
  }
}

function describeArgument(argument: Argument): ArgumentDescription {
  const { required, variadic, description } = argument
  return {
    name: argument.name(),
    required,
    repeatable: variadic,
    type: typeNamed(argument.name()),
    description,
  }
}

const types = [...completedTypes, 'metric', 'preset', 'entity', 'setting', 'file', 'time', 'money', 'url']

/** Placeholders that read better than the name of their type. */
const spelled: Readonly<Record<string, string>> = {
  n: 'number',
  when: 'window',
  condition: 'metric',
  folder: 'file',
  paths: 'file',
}

/** The placeholder names the type, in the singular or the plural. */
function typeNamed(placeholder: string): string {
  // `metric=limit` begins with a metric.
  const [first = ''] = placeholder.split('=')
  const isOf = (type: string) => [type, `${type}s`, `${type}es`, type.replace(/y$/, 'ies')].includes(first)
  return spelled[placeholder] ?? types.find(isOf) ?? 'text'
}
