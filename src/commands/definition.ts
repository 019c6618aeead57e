import type { Command } from 'commander'
import type { Context } from '../context.js'
import type { RecordView } from '../output/field.js'
import type { Format } from '../output/format.js'
import type { Effect } from '../shapes/command.js'
import type { ShapeName } from '../shapes/index.js'
import type { OutputShapes } from '../shapes/output.js'

/** What a command prints: in JSON, what is below `data`. A verb that prints one record or several names both. */
export interface CommandOutput {
  list?: RecordView<never>
  /** Rows of other kinds, printed with a certain flag. */
  rows?: readonly RecordView<never>[]
  record?: RecordView<never>
  /** With a list: what JSON has instead of its rows. */
  document?: ShapeName
  /** Its own formats: in addition to those of every record; of a document, all but JSON. */
  formats?: readonly Format[]
  /** Of a document: the format of its text, where that has one. */
  text?: Format
}

/** What a command does, as data: the command tree, help, completion, `cto commands` and the docs are built from it. */
export interface CommandBehaviour {
  /** How the database is used. */
  effect: Effect
  output: CommandOutput
  /** Exit codes of its own, beside those that every command can end with (0, 1, 2, 4, 6, 130, 143). */
  exitCodes?: readonly (3 | 5 | 7 | 8)[]
  /** Command lines, each with its purpose. Help begins with them. */
  examples: readonly (readonly [line: string, what: string])[]
  /** Adds arguments, flags and further help. */
  parameters?(command: Command): void
  /** Called with the arguments in their order, then the flags. */
  run: (ctx: Context, ...given: never[]) => Promise<void> | void
}

/** A verb of a group. A command without a group has its name and description in the list of groups. */
export interface CommandDefinition extends CommandBehaviour {
  name: string
  description: string
}

/** The output in terms of JSON alone. */
export function outputShapes({ effect, output }: CommandBehaviour): OutputShapes {
  const { list, rows, record, document } = output
  const dryRun = effect === 'writes' || effect === 'destroys'
  return { list: list?.shape, rows: rows?.map(({ shape }) => shape), record: record?.shape, document, dryRun }
}
