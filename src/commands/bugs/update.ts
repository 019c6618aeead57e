import { UsageError } from '../../errors.js'
import { bugView } from '../../views/bug.js'
import type { Context } from '../../context.js'
import { bugResultView } from '../../views/bug-result.js'
import { addEditOptions, editBugs, type EditOptions } from './edit.js'
import { editFields } from './edit-fields.js'
import { list } from '../../flags/options.js'
import { addFieldOptions, fieldsOf, finderIn, flagFields, type FieldOptions } from './fields.js'
import type { CommandDefinition } from '../definition.js'

interface EditorOptions {
  editor?: true
  recover?: string
}

interface LabelOptions {
  addLabel?: string[]
  removeLabel?: string[]
}

type UpdateOptions = FieldOptions & LabelOptions & EditOptions & EditorOptions

export const bugsUpdateCommand: CommandDefinition = {
  name: 'update',
  description: 'Change fields of bugs',
  effect: 'writes',
  output: { list: bugView, record: bugView, rows: [bugResultView] },
  exitCodes: [3, 5, 7],
  examples: [
    ['cto bugs update BUG-1001 --severity high --revenue-impact 1200', 'one'],
    ['cto bugs update BUG-1001 --assignee none', 'unset a field'],
    ['cto bugs update BUG-1001 BUG-1002 --add-label checkout --remove-label triage', 'labels'],
    ['cto bugs update BUG-1001 --editor', 'rewrite the description'],
    [
      "cto bugs update --where 'project=web severity=low' --sla-hours 1440 --dry-run",
      'see what many would become',
    ],
  ],
  parameters: (command) => {
    command.argument('[bugs...]', 'numbers, keys or ids')
    addFieldOptions(command)
      .option('--add-label <labels>', 'labels to add; repeats', list)
      .option('--remove-label <labels>', 'labels to remove; repeats', list)
      .optionsGroup('In your editor, one bug:')
      .option('--editor', 'title, description and the rest as one text')
      .option('--recover <file>', 'resume with a text that could not be saved')
    addEditOptions(command)
  },
  run: updateBugs,
}

async function updateBugs(ctx: Context, names: readonly string[], options: UpdateOptions): Promise<void> {
  const { from, where, hours, note, force, keepGoing, ifUnchanged, advanceMilestone, ...rest } = options
  const { editor, recover, addLabel: addLabels, removeLabel: removeLabels, ...named } = rest
  const fields = flagFields(named)
  if (editor ?? recover) return editFields(ctx, names, { ...options, fields })
  if (Object.keys(fields).length === 0 && (hours ?? addLabels ?? removeLabels) === undefined && !note) {
    throw new UsageError('nothing to change', { hint: 'name a field: cto bugs update --help' })
  }
  await editBugs(ctx, names, options, {
    action: 'bug.update',
    verb: 'update',
    change: async (db) => ({ ...(await fieldsOf(finderIn(db, ctx), fields)), addLabels, removeLabels }),
  })
}
