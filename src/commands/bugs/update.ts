import type { Command } from 'commander'
import { UsageError } from '../../errors.js'
import { bugNoun } from '../bug-noun.js'
import type { Context } from '../context.js'
import { declare } from '../declare.js'
import { addEditOptions, editBugs, type EditOptions } from './edit.js'
import { addFieldOptions, fieldsOf, type FieldOptions } from './fields.js'

type UpdateOptions = FieldOptions & EditOptions

export function addBugsUpdate(parent: Command, ctx: Context): void {
  const command = parent
    .command('update')
    .description('Change fields of bugs')
    .argument('[bugs...]', 'numbers, keys or ids')
  addFieldOptions(command)
  addEditOptions(command).action((names: string[], options: UpdateOptions) => updateBugs(ctx, names, options))
  declare(command, ctx, {
    effect: 'writes',
    output: { list: bugNoun, record: bugNoun },
    exitCodes: [3, 5, 7],
    examples: [
      ['cto bugs update BUG-1001 --severity high --revenue-impact 1200', 'one'],
      ['cto bugs update BUG-1001 --assignee none', 'unset a field'],
      [
        "cto bugs update --where 'project=web severity=low' --sla-hours 1440 --dry-run",
        'see what many would become',
      ],
    ],
  })
}

export async function updateBugs(
  ctx: Context,
  names: readonly string[],
  options: UpdateOptions,
): Promise<void> {
  const { from, where, hours, note, force, keepGoing, ifUnchanged, advanceMilestone, ...fields } = options
  if (Object.keys(fields).length === 0 && hours === undefined) {
    throw new UsageError('nothing to change', { hint: 'name a field: cto bugs update --help' })
  }
  await editBugs(ctx, names, options, {
    action: 'bug.update',
    verb: 'update',
    change: (db) => fieldsOf(db, ctx, fields),
  })
}
