import { counted } from '../../domain/counted.js'
import type { Command } from 'commander'
import { getBugs, type Bug } from '../../data/bugs/bugs.js'
import type { Db } from '../../engine/client.js'
import { CtoError } from '../../errors.js'
import { bugLine } from '../../views/bug-line.js'
import { bugView } from '../../views/bug.js'
import type { Context } from '../../context.js'
import { changeOneByOne, type Applied } from './one-by-one.js'
import { findSelected, selectionOf, type Selected } from './selection.js'

/** More than these are not changed without being shown. */
const mostUnasked = 2

const mostShown = 10

export interface SelectionOptions {
  from?: string | undefined
  where?: string | undefined
  keepGoing?: true | undefined
}

interface Work extends SelectionOptions {
  /** Names the change in the question before many are changed: `ship`. */
  verb: string
  /** Asked about however few they are. */
  isFinal?: boolean
  /** Kept with the change of every bug; empty: none. */
  note?: string | undefined
  work(tx: Db, ids: readonly string[]): Promise<Applied[]>
  /** The line that was probably meant where words of a text without quotes were read as bugs. */
  withText?(bugs: readonly string[], text: string): string
  /** A remark on what was done, where the printed bugs do not show it: `deleted BUG-1001`. */
  remark?(which: string): string
  /** On a terminal the remark is the whole answer, since no field of the bug shows the change. */
  isShownByRemark?: boolean
}

export function addSelectionOptions(command: Command): Command {
  return command
    .optionsGroup('Which bugs:')
    .option('--from <file>', 'a bug a line; - for standard input')
    .option('--where <filter>', "filter names and values: 'severity=low,medium project=web'")
}

/** Changes the bugs that the line selects and prints them: all or none, or with `--keep-going` all but those that fail. */
export async function applyToSelected(
  ctx: Context,
  names: readonly string[],
  { from, where, keepGoing, verb, isFinal = false, note, work, withText, remark, isShownByRemark }: Work,
): Promise<void> {
  const selection = await selectionOf(ctx, { names, from, where })
  await ctx.db.open('write', async (database) => {
    const selected = await database.read((db) => findSelected(db, ctx, selection))
    const { ids, unknown } = selected
    if (unknown[0] && !keepGoing) throw refusalOf(unknown[0], names, withText)
    if (ids.length === 0 && unknown.length === 0) {
      // The last line of a dry run reports that nothing was changed.
      ctx.out.notice(ctx.line.flags.dryRun ? 'no bug matches' : 'no bug matches; nothing was changed')
      if (printsCards(ctx)) return
    }
    if (ids.length > mostUnasked || (ids.length > 0 && (isFinal || where !== undefined))) {
      const some = { ids: ids.slice(0, mostShown), now: ctx.now() }
      await askAbout(ctx, { verb, count: ids.length, sample: await database.read((db) => getBugs(db, some)) })
    }
    const apply = (some: readonly string[]) =>
      database.write((tx) => work(tx, some), { dryRun: ctx.line.flags.dryRun })
    if (keepGoing) {
      await changeOneByOne(ctx, database, { selected, apply })
      return
    }
    const applied = ids.length > 0 ? await apply(ids) : []
    sayUnchanged(ctx, applied, note)
    const bugs = applied.map(({ bug }) => bug)
    const [only] = bugs
    if (remark && only)
      ctx.out.notice(remark(bugs.length === 1 ? only.bugNumber : counted(bugs.length, 'bug')))
    if (isShownByRemark && only && printsCards(ctx)) return
    if (only && names.length === 1 && from === undefined && where === undefined)
      await ctx.out.one(bugView, only)
    else await ctx.out.page(bugView, { data: bugs, total: bugs.length })
  })
}

/** Whether a person would read the bugs as a card or a table, and named no fields of them. */
function printsCards({ out, line }: Context): boolean {
  const { format, fields } = line.flags
  return out.width !== null && (format === 'table' || format === 'list') && fields === undefined
}

/** A name without a digit, behind a bug, is rather a word of a text. */
function refusalOf(
  { name, error }: Selected['unknown'][number],
  names: readonly string[],
  withText: Work['withText'],
): CtoError {
  const at = names.findIndex((each) => each.trim() === name.trim())
  if (withText === undefined || at < 1 || /\d/.test(name)) return error
  const line = withText(names.slice(0, at), names.slice(at).join(' '))
  return new CtoError(error.code, error.message, {
    reason: 'a text of several words needs quotes',
    hint: line,
  })
}

async function askAbout(
  ctx: Context,
  { verb, count, sample }: { verb: string; count: number; sample: readonly Bug[] },
): Promise<void> {
  for (const bug of sample) ctx.out.notice(bugLine(bug, ctx.out.width))
  if (count > sample.length) ctx.out.notice(`  … and ${count - sample.length} more`)
  await ctx.ask.confirm(`${verb} ${counted(count, 'bug')}?`)
}

function sayUnchanged(ctx: Context, applied: readonly Applied[], note: string | undefined): void {
  const values = note ? 'these values and this note' : 'these values'
  for (const { bug, isChanged, isOnlyNoted } of applied) {
    const { bugNumber, status } = bug
    if (!isChanged) ctx.out.notice(`${bugNumber} already has ${values} (${status}); nothing was changed`)
    else if (isOnlyNoted) ctx.out.notice(`note added to ${bugNumber} (${status}); nothing else was changed`)
  }
}
