import { getBugId } from '../../data/bugs/bug-names.js'
import { bugView } from '../../views/bug.js'
import type { Context } from '../../context.js'
import { bugResultView } from '../../views/bug-result.js'
import { addEditOptions, editBugs, type EditOptions } from './edit.js'
import type { CommandDefinition } from '../definition.js'

type DuplicateOptions = EditOptions & { of: string }

export const bugsDuplicateCommand: CommandDefinition = {
  name: 'duplicate',
  description: 'Close bugs as duplicates of another one',
  effect: 'writes',
  output: { list: bugView, record: bugView, rows: [bugResultView] },
  exitCodes: [3, 5, 7],
  examples: [
    ['cto bugs duplicate BUG-1002 --of BUG-1001', 'work goes on at BUG-1001, which shows the other'],
    ['cto bugs duplicate BUG-1002 --of none', 'it is another bug after all; reopen it with cto bugs reopen'],
  ],
  parameters: (command) => {
    command
      .argument('[bugs...]', 'numbers, keys or ids')
      .requiredOption('--of <bug>', 'the bug that is worked on instead, or none')
    addEditOptions(command)
  },
  run: markDuplicates,
}

async function markDuplicates(
  ctx: Context,
  names: readonly string[],
  options: DuplicateOptions,
): Promise<void> {
  await editBugs(ctx, names, options, {
    action: 'bug.duplicate',
    verb: 'duplicate',
    change: async (db) =>
      options.of.toLowerCase() === 'none'
        ? { duplicateOfId: null }
        : { duplicateOfId: await getBugId(db, options.of), status: 'closed' },
  })
}
