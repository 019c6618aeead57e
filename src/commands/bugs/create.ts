import type { Actor } from '../../data/audit/audit.js'
import { getBugs, type Bug } from '../../data/bugs/bugs.js'
import { createBugs, type NewBug } from '../../data/bugs/create-bug.js'
import type { BugSeverity } from '../../domain/bug.js'
import { UsageError } from '../../errors.js'
import { bugView } from '../../views/bug.js'
import type { Context } from '../../context.js'
import { askForFields } from './ask-fields.js'
import { formatDocument } from './bug-document.js'
import { compose, keepingAnswers } from './compose.js'
import { addFieldOptions, fieldsOf, finderIn, flagFields, type FieldOptions, type Finder } from './fields.js'
import { findAll } from './find-all.js'
import { nameOf, readJsonIn, requireNone } from './json-in.js'
import { readTemplate } from './template.js'
import type { CommandDefinition } from '../definition.js'

interface SourceOptions {
  jsonIn?: string
  template?: string
  editor?: true
  recover?: string
}

type CreateOptions = FieldOptions & SourceOptions

export const bugsCreateCommand: CommandDefinition = {
  name: 'create',
  description: 'Create a bug, or every bug of a file',
  effect: 'writes',
  output: { list: bugView, record: bugView },
  exitCodes: [3],
  examples: [
    ['cto bugs create', 'on a terminal: asks for what it needs'],
    ['cto bugs create --title "Checkout times out" -s critical --blocker', 'the least it needs'],
    ['cto bugs create --title "Typo" -s low -p web -a ada --dry-run', 'see it first'],
    ['cto bugs create --editor --template crash', 'in your editor, from .cto/templates/crash.md'],
    ['cto bugs create --json-in bugs.ndjson --project web', 'many at once: all of them or none'],
  ],
  parameters: (command) =>
    addFieldOptions(command)
      .optionsGroup('From elsewhere (flags come before it):')
      .option('--json-in <file>', 'one object, an array, or an object a line; - for standard input')
      .option(
        '--template <file>',
        'Markdown or JSON with the fields to begin with; also a name in .cto/templates',
      )
      .option('--editor', 'write it in your editor')
      .option('--recover <file>', 'resume with a text that could not be saved'),
  run: createFrom,
}

async function createFrom(ctx: Context, options: CreateOptions): Promise<void> {
  const { jsonIn, template, editor, recover, ...named } = options
  const flags = flagFields(named)
  if (jsonIn !== undefined && (editor ?? recover) !== undefined)
    throw new UsageError('--json-in goes without --editor and --recover')
  const given = { ...(template !== undefined && (await readTemplate(ctx, template))), ...flags }
  if (jsonIn !== undefined) return createMany(ctx, { file: jsonIn, given, flags })
  if (editor ?? recover) return createByEditor(ctx, given, options)
  const isWhole = given.title !== undefined && given.severity !== undefined
  if (isWhole || !ctx.ask.canAsk) return print(ctx, await store(ctx, [given]), true)
  ctx.db.requireWritable()
  const answers = await askForFields(ctx, given)
  const bugs = await keepingAnswers(ctx, answers, 'cto bugs create', () => store(ctx, [answers]))
  await print(ctx, bugs, true)
}

interface Many {
  file: string
  given: FieldOptions
  flags: FieldOptions
}

async function createMany(ctx: Context, { file, given, flags }: Many): Promise<void> {
  const { records, isSingle } = await readJsonIn(ctx, file)
  const whole = records.map((record) => ({ ...given, ...record, ...flags }))
  const problems = whole.flatMap((record, i) =>
    missing(record).map((field) => `${whole.length === 1 ? '' : `record ${i + 1}: `}${field} is missing`),
  )
  requireNone(problems, nameOf(file))
  await print(ctx, await store(ctx, whole), isSingle)
}

const advice = [
  'What happens, and what should happen? Markdown, below the second line of dashes.',
  'Take everything out to give up. Comments like this one are not kept.',
]

async function createByEditor(
  ctx: Context,
  given: FieldOptions,
  { editor, recover }: SourceOptions,
): Promise<void> {
  const bugs = await compose(
    ctx,
    {
      start: formatDocument(given, advice),
      recover,
      edit: editor ?? false,
      again: 'cto bugs create --editor',
      comments: 'all',
    },
    (fields) => store(ctx, [fields]),
  )
  await print(ctx, bugs, true)
}

/** All of them or none. @throws UsageError where one has no title or severity */
async function store(ctx: Context, records: readonly FieldOptions[]): Promise<Bug[]> {
  for (const record of records) requireWhole(record)
  return ctx.db.write(async (tx) => {
    const actor = await ctx.db.actor(tx)
    const find = records.length === 1 ? finderIn(tx, ctx) : await findAll(finderIn(tx, ctx), records)
    const bugs = []
    for (const record of records) bugs.push(await newBug(find, record, actor))
    const ids = await createBugs(tx, { bugs, actor, dryRun: ctx.line.flags.dryRun })
    return getBugs(tx, { ids, now: ctx.now() })
  })
}

async function newBug(find: Finder, record: FieldOptions, actor: Actor): Promise<NewBug> {
  const fields = given(await fieldsOf(find, record))
  const { title, severity } = requireWhole(record)
  return { createdById: actor.userId, ...fields, title, severity }
}

function requireWhole(record: FieldOptions): { title: string; severity: BugSeverity } {
  const { title, severity } = record
  if (title !== undefined && severity !== undefined) return { title, severity }
  const flags = missing(record).map((field) => `--${field}`)
  throw new UsageError(`a bug needs ${flags.join(' and ')}`, {
    hint: 'cto bugs create --title "…" --severity high',
  })
}

function missing({ title, severity }: FieldOptions): string[] {
  return [...(title === undefined ? ['title'] : []), ...(severity === undefined ? ['severity'] : [])]
}

async function print(ctx: Context, bugs: readonly Bug[], isSingle: boolean): Promise<void> {
  const [bug] = bugs
  if (isSingle && bug) await ctx.out.one(bugView, bug)
  else await ctx.out.page(bugView, { data: [...bugs], total: bugs.length })
}

/** What was not given must not hide a default. */
function given<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
}
