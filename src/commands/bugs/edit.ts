import type { Command } from 'commander'
import { changeBugs } from '../../data/bugs/change-bugs.js'
import { getBugs, type Bug } from '../../data/bugs/bugs.js'
import type { Db } from '../../engine/client.js'
import { advanceProjects } from '../../data/projects/change-projects.js'
import type { Actor } from '../../data/audit/audit.js'
import type { BugChange } from '../../domain/bug-change.js'
import { isResolved } from '../../domain/bug.js'
import { parseMoney } from '../../domain/money.js'
import type { Context } from '../../context.js'
import { required } from '../../errors.js'
import { isUnseen } from '../../domain/text.js'
import { shellQuoted } from '../../domain/shell-quoted.js'
import { moment } from '../../flags/options.js'
import type { Applied } from './one-by-one.js'
import { addSelectionOptions, applyToSelected } from './selected.js'

/** What every verb that edits bugs takes. */
export interface EditOptions {
  from?: string
  where?: string
  hours?: string
  /** Empty: none. */
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
  /** Names the change in the question before many are changed: `ship`. */
  verb: string
  /** Asked inside the transaction, since people and projects are named in words. */
  change(db: Db, actor: Actor): Promise<BugChange>
  /** A remark on the bugs as they are now; null for none. */
  remark?: ((bugs: readonly Bug[]) => string | null) | undefined
}

export function addEditOptions(command: Command): Command {
  return addSelectionOptions(command)
    .optionsGroup('How:')
    .option('--hours <n>', 'add N hours to the hours worked', hours)
    .option('--note <text>', 'kept in the history', noteText)
    .option('--force', 'take steps outside the lifecycle too; audited')
    .option('--advance-milestone', 'a resolved bug moves its project one milestone on')
    .option('--if-unchanged <time>', 'refuse (exit 7) if the bug has changed since', moment)
    .option('--keep-going', 'one by one: a failure does not stop the others (exit 5)')
}

/** Changes the named bugs, all or none, and prints them. Three or more, or a `--where`, are shown and asked about first. */
export async function editBugs(
  ctx: Context,
  names: readonly string[],
  options: EditOptions,
  edit: Edit,
): Promise<void> {
  const advanced = new Set<string>()
  const done = new Map<string, Bug>()
  const reopened = new Set<string>()
  await applyToSelected(ctx, names, {
    ...options,
    verb: edit.verb,
    withText: (bugs, text) => {
      const note = options.note ? `${options.note} ${text}` : text
      return `cto bugs ${edit.verb} ${bugs.join(' ')} --note ${shellQuoted(note)}`
    },
    work: async (tx, ids) => {
      const applied = await applyEdit(tx, ctx, { ids, options, edit, advanced, reopened })
      for (const { bug } of applied) done.set(bug.id, bug)
      return applied
    },
  })
  const remark = edit.remark?.([...done.values()])
  if (remark) ctx.out.notice(remark)
  const duplicates = duplicatesRemark([...done.values()].filter(({ id }) => reopened.has(id)))
  if (duplicates !== null) ctx.out.notice(duplicates)
}

/** Reopening a bug does not make it another bug than its original: only the user knows. */
function duplicatesRemark(reopened: readonly Bug[]): string | null {
  const duplicates = reopened.filter(({ duplicateOf }) => duplicateOf !== null)
  const [first] = duplicates
  if (!first?.duplicateOf) return null
  const numbers = duplicates.slice(0, mostNamed).map(({ bugNumber }) => bugNumber)
  const which =
    duplicates.length === 1
      ? `${first.bugNumber} is still a duplicate of ${first.duplicateOf.bugNumber}`
      : `${duplicates.length} bugs are still duplicates of others`
  return `${which} → cto bugs duplicate ${numbers.join(' ')} --of none`
}

/** Further bugs would make the line too long to read. */
export const mostNamed = 10

interface ApplyEdit {
  ids: readonly string[]
  options: EditOptions
  edit: Edit
  /** Projects that this command has moved on. */
  advanced: Set<string>
  /** Ids of the resolved bugs that this command has reopened. */
  reopened: Set<string>
}

async function applyEdit(
  tx: Db,
  ctx: Context,
  { ids, options, edit, advanced, reopened }: ApplyEdit,
): Promise<Applied[]> {
  const actor = await ctx.db.actor(tx)
  const change = { ...(await edit.change(tx, actor)), addHours: options.hours }
  const results = await changeBugs(tx, {
    ids,
    change,
    actor,
    action: edit.action,
    note: options.note === '' ? null : options.note,
    force: options.force,
    ifUnchangedSince: options.ifUnchanged,
  })
  for (const { id, before, after } of results) if (isResolved(before) && !isResolved(after)) reopened.add(id)
  if (options.advanceMilestone) {
    const resolved = results.filter(({ before, after }) => isResolved(after) && !isResolved(before))
    const projects = new Set(resolved.map(({ projectId }) => projectId).filter((id) => id !== null))
    const waiting = [...projects].filter((id) => !advanced.has(id))
    await advanceProjects(tx, { ids: waiting, actor })
    for (const id of waiting) advanced.add(id)
  }
  const bugs = await getBugs(tx, { ids, now: ctx.now() })
  const byId = new Map(results.map((result) => [result.id, result]))
  return bugs.map((bug) => {
    const { changed, noted } = required(byId.get(bug.id), 'the outcome of a bug')
    return { bug, isChanged: changed || noted, isOnlyNoted: noted && !changed }
  })
}

/** Empty without a visible character, as where the variable of a script is empty: no note. */
function noteText(value: string): string {
  return isUnseen(value) ? '' : value.trim()
}

function hours(value: string): string {
  return parseMoney(value, { digits: 10 })
}
