import type { Command } from 'commander'
import { getByName } from '../data/names.js'
import {
  createRecord,
  deleteRecord,
  getRecord,
  plainList,
  plainSortFields,
  type PlainKind,
  type PlainRecord,
} from '../data/plain-records.js'
import { updateRecord } from '../data/update-records.js'
import { kinds } from '../domain/kinds.js'
import { isUnseen } from '../domain/text.js'
import type { Db } from '../engine/client.js'
import { UsageError } from '../errors.js'
import type { Context } from '../context.js'
import { addListOptions, type ListOptions } from '../flags/list-options.js'
import { moment } from '../flags/options.js'
import type { RecordView } from '../output/field.js'
import { visible } from '../output/visible.js'
import type { CommandDefinition } from './definition.js'
import { deletedWord } from './deleted-word.js'

type Verb = 'list' | 'show' | 'create' | 'update' | 'delete'

/** The parts in which plain kinds of records differ: flags, words, and how records are named. */
export interface PlainNoun<Row extends PlainRecord, Options extends object> {
  records: PlainKind<Row>
  view: RecordView<Row>
  /** By what a record can be named, for help. */
  namedBy: string
  /** The id of the record that is named. Default: as `getByName`. */
  find?(db: Db, ctx: Context, name: string): Promise<string>
  /** Declares a flag for each field. */
  addFields(command: Command, verb: 'create' | 'update'): Command
  /** Options that a new record needs, and how an answer to the question for one is read. */
  needed: Readonly<Partial<Record<keyof Options & string, (answer: string) => string>>>
  /** The fields that the options give. */
  valuesOf(options: Options, db: Db, ctx: Context): Partial<Row> | Promise<Partial<Row>>
  /** If show prints more than the view. */
  shown?: { note: string; view: RecordView<Row>; get(db: Db, id: string): Promise<Row> }
  /** What the description of delete adds, and its question: `, leaving 3 bugs without them`. */
  deletion?: {
    note: string
    /** Declares flags that widen it. */
    addFlags?(command: Command): Command
    consequence(db: Db, id: string, flags: DeletionFlags): Promise<string>
    /** Deletes what else is of the record, in the same transaction. */
    alongside?(tx: Db, ctx: Context, id: string, flags: DeletionFlags): Promise<void>
  }
  examples: Readonly<Record<Verb, CommandDefinition['examples']>>
}

/** Those of a kind's own that were given. */
type DeletionFlags = Readonly<Record<string, true | undefined>>

/** The five verbs of a plain kind of record. */
export function plainVerbs<Row extends PlainRecord, Options extends object>(
  noun: PlainNoun<Row, Options>,
): readonly CommandDefinition[] {
  return [listVerb(noun), showVerb(noun), createVerb(noun), updateVerb(noun), deleteVerb(noun)]
}

function listVerb<Row extends PlainRecord>({
  records,
  view,
  examples,
}: PlainNoun<Row, never>): CommandDefinition {
  const { plural, nameField } = kinds[records.kind]
  return {
    name: 'list',
    description: `List ${plural}, by ${nameField}`,
    effect: 'reads',
    output: { list: view },
    exitCodes: [8],
    examples: examples.list,
    parameters: (command) => addListOptions(command, plainSortFields(records)),
    run: (ctx, options: ListOptions) => ctx.out.list(view, options, () => plainList(records)),
  }
}

function showVerb<Row extends PlainRecord>(noun: PlainNoun<Row, never>): CommandDefinition {
  const { records, shown } = noun
  const view = shown?.view ?? noun.view
  const get = shown?.get ?? ((db: Db, id: string) => getRecord(db, records, id))
  return {
    name: 'show',
    description: `Show one ${records.kind}${shown?.note ?? ''}`,
    effect: 'reads',
    output: { record: view },
    exitCodes: [3],
    examples: noun.examples.show,
    parameters: (command) => command.argument(`<${records.kind}>`, noun.namedBy),
    async run(ctx, name: string) {
      const row = await ctx.db.read(async (db) => get(db, await idOf(noun, db, ctx, name)))
      await ctx.out.one(view, row)
    },
  }
}

function createVerb<Row extends PlainRecord, Options extends object>(
  noun: PlainNoun<Row, Options>,
): CommandDefinition {
  const { records, view } = noun
  return {
    name: 'create',
    description: `Add a ${records.kind}`,
    effect: 'writes',
    output: { record: view },
    exitCodes: [7],
    examples: noun.examples.create,
    parameters: (command) => noun.addFields(command, 'create'),
    async run(ctx, given: Options) {
      const options = await askForNeeded(noun, ctx, given)
      const row = await ctx.db.write(async (tx) => {
        const actor = await ctx.db.actor(tx)
        return createRecord(tx, records, { values: await noun.valuesOf(options, tx, ctx), actor })
      })
      await ctx.out.one(view, row)
    },
  }
}

function updateVerb<Row extends PlainRecord, Options extends object>(
  noun: PlainNoun<Row, Options>,
): CommandDefinition {
  const { records, view } = noun
  const { kind } = records
  return {
    name: 'update',
    description: `Change fields of a ${kind}`,
    effect: 'writes',
    output: { record: view },
    exitCodes: [3, 7],
    examples: noun.examples.update,
    parameters: (command) =>
      noun
        .addFields(command.argument(`<${kind}>`, noun.namedBy).optionsGroup('Fields:'), 'update')
        .optionsGroup('How:')
        .option('--if-unchanged <time>', `refuse (exit 7) if the ${kind} has changed since`, moment),
    async run(ctx, name: string, { ifUnchanged, ...given }: Options & { ifUnchanged?: Date }) {
      const options = given as unknown as Options
      if (Object.keys(options).length === 0) {
        throw new UsageError('nothing to change', {
          hint: `name a field: cto ${kinds[kind].plural} update --help`,
        })
      }
      requireNotBlank(noun, options)
      const { row, changed } = await ctx.db.write(async (tx) => {
        const id = await idOf(noun, tx, ctx, name)
        const actor = await ctx.db.actor(tx)
        const change = await noun.valuesOf(options, tx, ctx)
        const changed = await updateRecord(tx, records, { id, change, actor, ifUnchangedSince: ifUnchanged })
        return { row: await getRecord(tx, records, id), changed }
      })
      if (!changed) ctx.out.notice(`${view.id(row)} already has these values; nothing was changed`)
      await ctx.out.one(view, row)
    },
  }
}

function deleteVerb<Row extends PlainRecord>(noun: PlainNoun<Row, never>): CommandDefinition {
  const { records, view, deletion } = noun
  const { kind } = records
  return {
    name: 'delete',
    description: `Delete a ${kind} for good${deletion?.note ?? ''}`,
    effect: 'destroys',
    output: { record: view },
    exitCodes: [3],
    examples: noun.examples.delete,
    parameters: (command) => {
      const named = command.argument(`<${kind}>`, noun.namedBy)
      return deletion?.addFlags?.(named) ?? named
    },
    async run(ctx, name: string, flags: DeletionFlags) {
      const row = await ctx.db.open('write', async ({ read, write }) => {
        const { found, consequence } = await read(async (db) => {
          const id = await idOf(noun, db, ctx, name)
          return {
            found: await getRecord(db, records, id),
            consequence: await deletion?.consequence(db, id, flags),
          }
        })
        await ctx.ask.confirm(`delete the ${kind} ${visible(view.id(found))}${consequence ?? ''}?`)
        await write(
          async (tx) => {
            await deletion?.alongside?.(tx, ctx, found.id, flags)
            await deleteRecord(tx, records, { id: found.id, actor: await ctx.db.actor(tx) })
          },
          {
            dryRun: ctx.line.flags.dryRun,
          },
        )
        return found
      })
      ctx.out.notice(`${deletedWord(ctx)} the ${kind} ${visible(view.id(row))}`)
      await ctx.out.one(view, row)
    },
  }
}

async function idOf<Row extends PlainRecord>(
  { records: { kind }, find }: PlainNoun<Row, never>,
  db: Db,
  ctx: Context,
  name: string,
): Promise<string> {
  return find ? find(db, ctx, name) : (await getByName(db, kind, name)).id
}

async function askForNeeded<Row extends PlainRecord, Options extends object>(
  noun: PlainNoun<Row, Options>,
  ctx: Context,
  given: Options,
): Promise<Options> {
  const { kind } = noun.records
  const missing = neededBy(noun).filter(([option]) => given[option] === undefined)
  if (missing.length > 0 && !ctx.ask.canAsk) {
    throw new UsageError(`a ${kind} needs ${missing.map(([option]) => `--${option}`).join(' and ')}`, {
      hint: noun.examples.create[0]?.[0],
    })
  }
  const answers: Record<string, string> = {}
  for (const [option, read] of missing)
    answers[option] = read(await ctx.ask.text(`${option.charAt(0).toUpperCase()}${option.slice(1)}:`))
  const options = { ...given, ...answers }
  requireNotBlank(noun, options)
  return options
}

function requireNotBlank<Row extends PlainRecord, Options extends object>(
  noun: PlainNoun<Row, Options>,
  options: Options,
): void {
  const blank = neededBy(noun).find(([option]) => isUnseen(String(options[option] ?? 'absent')))
  if (blank) throw new UsageError(`a ${noun.records.kind} needs a ${blank[0]}`)
}

function neededBy<Options extends object>({ needed }: Pick<PlainNoun<never, Options>, 'needed'>) {
  return Object.entries(needed) as [keyof Options & string, (answer: string) => string][]
}
