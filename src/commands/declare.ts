import type { Command } from 'commander'
import { UsageError } from '../errors.js'
import type { RecordView } from '../output/field.js'
import { formats, specialFormats, type Format, type SpecialFormat } from '../output/format.js'
import type { Effect } from '../shapes/command.js'
import type { ShapeName } from '../shapes/index.js'
import type { OutputShapes } from '../shapes/output.js'
import type { Context } from '../context.js'

/** What stands below `data` in JSON. A verb that prints one record or several, as it was asked, names both. */
export interface CommandOutput {
  list?: RecordView<never>
  /** Rows of another kind, which a flag asks for. */
  rows?: RecordView<never>
  record?: RecordView<never>
  /** With a list: what JSON has instead of its rows. */
  document?: ShapeName
  /** Formats of its own, beside those of every command. */
  formats?: readonly SpecialFormat[]
}

/** What is true of a command beyond its flags. Help, `cto commands`, the reference pages and the tests read it. */
export interface Declaration {
  effect: Effect
  output: CommandOutput
  /** Exit codes of its own, beside those that every command can end with (0, 1, 2, 4, 6, 130, 143). */
  exitCodes?: readonly (3 | 5 | 7 | 8)[]
  /** Each a line as it is typed, and what it is for. Help begins with them. */
  examples: readonly (readonly [line: string, what: string])[]
}

const declarations = new WeakMap<Command, Declaration>()

/** Says what a command is. Refuses an unknown `--fields` and a format that it lacks before anything is read or written. */
export function declare(command: Command, ctx: Context, declaration: Declaration): Command {
  declarations.set(command, declaration)
  const { list, rows, record } = declaration.output
  // Which kind it is, where there are several, is known only when it prints.
  const view = rows === undefined ? (list ?? record) : undefined
  return command.addHelpText('before', examplesText(declaration.examples)).hook('preAction', () => {
    requireFormat(ctx.line.flags.format, declaration.output)
    return view === undefined ? undefined : ctx.out.requireFields(view)
  })
}

/** The page of a group begins with what its first verbs are for. */
export function beginWithExamples(group: Command): Command {
  const examples = group.commands.flatMap((verb) => declarationOf(verb)?.examples.slice(0, 1) ?? [])
  return examples.length === 0 ? group : group.addHelpText('before', examplesText(examples.slice(0, 4)))
}

function examplesText(examples: Declaration['examples']): string {
  const width = Math.max(...examples.map(([line]) => line.length))
  const lines = examples.map(([line, what]) => `  ${line.padEnd(width)}   ${what}`.trimEnd())
  return `Examples:\n${lines.join('\n')}\n`
}

function requireFormat(format: Format | undefined, { formats: own = [] }: CommandOutput): void {
  const special = specialFormats.find((each) => each === format)
  if (special === undefined || own.includes(special)) return
  throw new UsageError(`this command has no format "${special}"`, {
    hint: `valid: ${[...formats, ...own].join(', ')}`,
  })
}

export function declarationOf(command: Command): Declaration | undefined {
  return declarations.get(command)
}

/** The same in terms of JSON alone. */
export function outputShapes({ effect, output }: Declaration): OutputShapes {
  const { list, rows, record, document } = output
  const dryRun = effect === 'writes' || effect === 'destroys'
  return { list: list?.shape, rows: rows?.shape, record: record?.shape, document, dryRun }
}
