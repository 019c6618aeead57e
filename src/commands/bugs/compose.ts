import { existsSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { CtoError, UsageError } from '../../errors.js'
import type { Context, DraftFile } from '../../context.js'
import { formatDocument, isBlank, parseDocument } from './bug-document.js'
import type { FieldOptions } from './fields.js'
import { readTextFile } from '../../flags/text-file.js'
import { readSmallFile } from '../../files/small-file.js'
import { requireNone } from './json-in.js'

interface Compose {
  /** What the text begins with. */
  start: string
  /** A text that could not be saved before: it is gone on from. */
  recover: string | undefined
  /** Whether the editor is opened, or the recovered text taken as it is. */
  edit: boolean
  /** The command that takes the text up again. */
  again: string
  comments: 'all' | 'ours'
}

/**
 * Fields and description as one text in the editor. Whatever goes wrong afterwards, in the text or while it is stored,
 * the text is kept and its path printed. `save` gets the fields, and the text that they were made from.
 */
export async function compose<T>(
  ctx: Context,
  { start, recover, edit, again, comments }: Compose,
  save: (fields: FieldOptions, base: string) => Promise<T>,
): Promise<T> {
  if (edit && !ctx.ask.canAsk) {
    throw new UsageError('--editor needs a terminal', {
      hint: 'name the fields by flags, or use --json-in FILE',
    })
  }
  if (recover === '-')
    throw new UsageError('--recover needs a file: the one that was kept, which it removes at the end')
  ctx.db.requireWritable()
  const given = recover === undefined ? start : await readTextFile(ctx, recover)
  const draft = edit ? await ctx.ask.edit(given, 'bug.md') : recovered(given, recover)
  const base = baseOf(ctx, recover) ?? start
  const problems: string[] = []
  const fields = parseDocument(draft.text, (problem) => problems.push(problem), comments)
  if (problems.length === 0 && isBlank(fields)) {
    draft.discard()
    throw new CtoError('NOT_CONFIRMED', 'the text was left empty; nothing was done')
  }
  const result = await orKept(ctx, { draft, base, again }, async () => {
    requireNone(problems, 'the text')
    return save(fields, base)
  })
  if (recover !== undefined && !ctx.line.flags.dryRun) forget(path.resolve(ctx.line.cwd, recover))
  return result
}

/** The same for answers to the questions. */
export async function keepingAnswers<T>(
  ctx: Context,
  answers: FieldOptions,
  again: string,
  save: () => Promise<T>,
): Promise<T> {
  try {
    return await save()
  } catch (error) {
    const draft = await ctx.ask.keep(formatDocument(answers, []), 'bug.md')
    draft.announceKept()
    ctx.out.notice(`resume with: ${again} --recover ${draft.file}`)
    throw error
  }
}

interface Kept {
  draft: DraftFile
  base: string
  again: string
}

async function orKept<T>(ctx: Context, { draft, base, again }: Kept, save: () => Promise<T>): Promise<T> {
  const keep = () => {
    if (existsSync(draft.file)) writeFileSync(baseFile(draft.file), base, { mode: 0o600 })
    draft.announceKept()
    ctx.out.notice(`resume with: ${again} --recover ${draft.file}`)
  }
  try {
    const result = await save()
    // A dry run stored nothing.
    if (ctx.line.flags.dryRun) keep()
    else draft.discard()
    return result
  } catch (error) {
    keep()
    throw error
  }
}

/** A recovered text has a file already, so there is none to keep or discard. */
function recovered(text: string, file = ''): DraftFile {
  return { text, file, discard: () => {}, announceKept: () => {} }
}

/** Beside a kept text: the text it was made from, so that a later `--recover` stores only what changed. */
function baseFile(file: string): string {
  return `${file}.base`
}

function baseOf(ctx: Context, recover: string | undefined): string | null {
  if (recover === undefined) return null
  const file = baseFile(path.resolve(ctx.line.cwd, recover))
  return existsSync(file) ? readSmallFile(file).text : null
}

/** Its folder too, where cto created it and it is empty. */
function forget(file: string): void {
  for (const each of [file, baseFile(file)]) rmSync(each, { force: true })
  const folder = path.dirname(file)
  if (!path.basename(folder).startsWith('cto-')) return
  try {
    rmdirSync(folder)
  } catch {
    // It holds other files too.
  }
}
