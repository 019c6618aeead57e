import { deleteBugs } from '../../data/bugs/delete-bugs.js'
import { bugView } from '../../views/bug.js'
import type { Context } from '../../context.js'
import { deletedWord } from '../deleted-word.js'
import { moment } from '../../flags/options.js'
import { bugResultView } from '../../views/bug-result.js'
import { addSelectionOptions, applyToSelected, type SelectionOptions } from './selected.js'
import type { CommandDefinition } from '../definition.js'

interface DeleteOptions extends SelectionOptions {
  ifUnchanged?: Date
}

export const bugsDeleteCommand: CommandDefinition = {
  name: 'delete',
  description: 'Delete bugs and their history for good; always asks',
  effect: 'destroys',
  output: { list: bugView, record: bugView, rows: [bugResultView] },
  exitCodes: [3, 5, 7],
  examples: [
    ['cto bugs delete BUG-1001', 'gone, after a yes; close keeps it'],
    ["cto bugs delete --where 'status=closed resolved=..2020-12-31' --dry-run", 'see what would go'],
  ],
  parameters: (command) => {
    command.argument('[bugs...]', 'numbers, keys, URLs or ids')
    addSelectionOptions(command)
      .optionsGroup('How:')
      .option('--if-unchanged <time>', 'refuse (exit 7) if the bug has changed since', moment)
      .option('--keep-going', 'as many as can be: a failure does not stop the others (exit 5)')
  },
  run: deleteNamed,
}

async function deleteNamed(ctx: Context, names: readonly string[], options: DeleteOptions): Promise<void> {
  await applyToSelected(ctx, names, {
    ...options,
    verb: 'delete',
    isFinal: true,
    work: async (tx, ids) => {
      const actor = await ctx.db.actor(tx)
      const bugs = await deleteBugs(tx, { ids, actor, ifUnchangedSince: options.ifUnchanged })
      return bugs.map((bug) => ({ bug, isChanged: true }))
    },
    remark: (which) => `${deletedWord(ctx)} ${which}`,
  })
}
