import type { Command } from 'commander'
import { changeBugs, type ChangedBug } from '../../data/bugs/change-bugs.js'
import { getBugs, type Bug } from '../../data/bugs/bugs.js'
import type { Db } from '../../data/client.js'
import { advanceProjects } from '../../data/projects/change-projects.js'
import type { Actor } from '../../data/audit.js'
import type { BugChange } from '../../domain/bug-change.js'
import { isResolved } from '../../domain/bug.js'
import { parseMoney } from '../../domain/money.js'
import { CtoError } from '../../errors.js'
import { visible } from '../../output/visible.js'
import type { Context } from '../context.js'
import { bugNoun } from '../bug-noun.js'
import { moment } from '../options.js'
import { findSelected, selectionOf } from './selection.js'

/** What every verb that edits bugs takes. */
export interface EditOptions {
  from?: string
  where?: string
  hours?: string
  note?: string
  force?: true
  keepGoing?: true
  ifUnchanged?: Date
  advanceMilestone?: true
}

/** One verb, as it differs from the others. */
export interface Edit {
  /** `bug.ship`, as the audit log has it. */
  action: string
  /** What is said before many are changed: `ship`. */
  verb: string
  /** Asked inside the transaction, since people and projects are named in words. */
  change(db: Db, actor: Actor): Promise<BugChange>
}

export function addEditOptions(command: Command): Command {
  return command
    .optionsGroup('Which bugs:')
    .option('--from <file>', 'a bug a line; - for standard input')
    .option('--where <filter>', "filter names and values: 'severity=low,medium project=web'")
    .optionsGroup('How:')
    .option('--hours <n>', 'book so many hours of work', hours)
    .option('--note <text>', 'kept in the history')
    .option('--force', 'take steps outside the lifecycle too; audited')
    .option('--advance-milestone', 'a resolved bug moves its project one milestone on')
    .option('--if-unchanged <time>', 'refuse (exit 7) where the bug changed since', moment)
    .option('--keep-going', 'one by one: a failure does not stop the others (exit 5)')
}

/** Changes the named bugs, all or none, and prints them. Three or more, or a `--where`, are shown and asked about first. */
export async function editBugs(
  ctx: Context,
  names: readonly string[],
  options: EditOptions,
  edit: Edit,
): Promise<void> {
  const selection = await selectionOf(ctx, { ...options, names })
  await ctx.withDatabase('write', async (database) => {
    const ids = await database.read((db) => findSelected(db, ctx, selection))
    if (ids.length === 0) ctx.notice('no bug matches; nothing was changed')
    if (ids.length > 2 || (options.where !== undefined && ids.length > 0)) {
      await preview(ctx, ids.length, edit.verb, () =>
        database.read((db) => getBugs(db, { ids: ids.slice(0, 10), now: ctx.now() })),
      )
    }
    const apply = (some: readonly string[]) =>
      database.write((tx) => applyEdit(tx, ctx, { ids: some, options, edit }), { dryRun: ctx.flags.dryRun })
    const bugs = options.keepGoing ? await eachAlone(ctx, ids, apply) : ids.length > 0 ? await apply(ids) : []
    const [only] = bugs
    if (only && names.length === 1 && options.from === undefined && options.where === undefined)
      await ctx.printOne(bugNoun, only)
    else await ctx.printPage(bugNoun, { data: bugs, total: bugs.length })
  })
}

interface ApplyEdit {
  ids: readonly string[]
  options: EditOptions
  edit: Edit
}

async function applyEdit(tx: Db, ctx: Context, { ids, options, edit }: ApplyEdit): Promise<Bug[]> {
  const actor = await ctx.actor(tx)
  const change = { ...(await edit.change(tx, actor)), addHours: options.hours }
  const results = await changeBugs(tx, {
    ids,
    change,
    actor,
    action: edit.action,
    note: options.note,
    force: options.force,
    ifUnchangedSince: options.ifUnchanged,
  })
  if (options.advanceMilestone) {
    const resolved = results.filter(({ before, after }) => isResolved(after) && !isResolved(before))
    const projects = new Set(resolved.map(({ projectId }) => projectId).filter((id) => id !== null))
    await advanceProjects(tx, { ids: [...projects], actor })
  }
  const bugs = await getBugs(tx, { ids, now: ctx.now() })
  sayUnchanged(ctx, results, bugs)
  return bugs
}

async function preview(
  ctx: Context,
  count: number,
  verb: string,
  sample: () => Promise<Bug[]>,
): Promise<void> {
  for (const { bugNumber, severity, title } of await sample())
    ctx.notice(`  ${bugNumber}  ${severity}  ${visible(title).slice(0, 60)}`)
  if (count > 10) ctx.notice(`  … and ${count - 10} more`)
  await ctx.confirm(`${verb} ${count} bugs?`)
}

/** Each in a transaction of its own; the failed ones are named and the rest is done. */
async function eachAlone(
  ctx: Context,
  ids: readonly string[],
  apply: (ids: readonly string[]) => Promise<Bug[]>,
): Promise<Bug[]> {
  const bugs: Bug[] = []
  for (const id of ids) {
    try {
      bugs.push(...(await apply([id])))
    } catch (error) {
      if (!(error instanceof CtoError) || error.exitCode === 6) throw error
      ctx.notice(`failed: ${error.message}`)
      ctx.setExitCode(5)
    }
  }
  return bugs
}

function sayUnchanged(ctx: Context, results: readonly ChangedBug[], bugs: readonly Bug[]): void {
  for (const { id, bugNumber, status } of bugs) {
    const unchanged = results.some((result) => result.id === id && !result.changed)
    if (unchanged) ctx.notice(`${bugNumber} is already so (${status}); nothing was changed`)
  }
}

function hours(value: string): string {
  return parseMoney(value, { digits: 10 })
}
