import { getNamedBug, type Bug } from '../../data/bugs/bugs.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { formatDocument, parseDocument } from './bug-document.js'
import { compose } from './compose.js'
import { editBugs, type EditOptions } from './edit.js'
import { fieldsOf, finderIn, type FieldOptions } from './fields.js'

interface EditFields extends EditOptions {
  editor?: true
  recover?: string
  /** Fields from flags: the text begins with them. */
  fields: FieldOptions
}

/** Changes one bug by its text. A concurrent change is not overwritten: exit 7, and the text is kept. */
export async function editFields(ctx: Context, names: readonly string[], options: EditFields): Promise<void> {
  const { editor, recover, fields: flags, from, where } = options
  const [name] = names
  if (name === undefined || names.length > 1 || from !== undefined || where !== undefined)
    throw new UsageError('--editor takes one bug', { hint: 'cto bugs update BUG --editor' })
  const bug = await ctx.db.read(async (db) => getNamedBug(db, { name, now: ctx.now() }))
  const advice = [`${bug.bugNumber}. Only what you change is stored; write none to unset a field.`]
  await compose(
    ctx,
    {
      start: formatDocument({ ...written(bug), ...flags }, advice),
      recover,
      edit: editor ?? false,
      again: `cto bugs update ${bug.bugNumber} --editor`,
      comments: 'ours',
    },
    async (after, base) => {
      // Read back as the edited text was, so that only edited fields differ. Flags are changes too.
      const before = parseDocument(
        recover === undefined ? formatDocument(written(bug), []) : base,
        () => {},
        'ours',
      )
      const fields = difference(before, after)
      await editBugs(
        ctx,
        [bug.bugNumber],
        { ifUnchanged: bug.updatedAt, ...options },
        {
          action: 'bug.update',
          verb: 'update',
          change: (db) => fieldsOf(finderIn(db, ctx), fields),
        },
      )
    },
  )
}

function written(bug: Bug): FieldOptions {
  return {
    title: bug.title,
    severity: bug.severity,
    project: bug.project?.name ?? null,
    assignee: bug.assignedTo?.email ?? null,
    blocker: bug.isBlocker,
    revenueImpact: bug.revenueImpact,
    businessImpact: bug.businessImpact,
    description: bug.description,
  }
}

/** An emptied field is unset, like one set to none. @throws UsageError for one that every bug has */
function difference(before: FieldOptions, after: FieldOptions): FieldOptions {
  for (const name of ['title', 'severity'] as const)
    if (after[name] === undefined) throw new UsageError(`a bug cannot do without a ${name}`)
  const names = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof FieldOptions>
  const changed = [...names].filter((name) => (before[name] ?? null) !== (after[name] ?? null))
  return Object.fromEntries(changed.map((name) => [name, after[name] ?? (name === 'blocker' ? false : null)]))
}
