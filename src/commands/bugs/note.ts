import { addNotes } from '../../data/bugs/bug-notes.js'
import { getBugs } from '../../data/bugs/bugs.js'
import { UsageError } from '../../errors.js'
import { shellQuoted } from '../../domain/shell-quoted.js'
import { isUnseen } from '../../domain/text.js'
import { bugView } from '../../views/bug.js'
import type { Context } from '../../context.js'
import { bugResultView } from '../../views/bug-result.js'
import { addSelectionOptions, applyToSelected, type SelectionOptions } from './selected.js'
import type { CommandDefinition } from '../definition.js'

export const bugsNoteCommand: CommandDefinition = {
  name: 'note',
  description: 'Add a note to the history of bugs',
  effect: 'writes',
  output: { list: bugView, record: bugView, rows: [bugResultView] },
  exitCodes: [3, 5],
  examples: [
    ['cto bugs note BUG-1001 "seen again on Safari 18"', 'read it with cto bugs history BUG-1001'],
    ["cto bugs note --where 'project=web sla=breached' 'promised for Friday'", 'the same of many'],
  ],
  parameters: (command) => {
    command.argument('<bugs...>', 'numbers, keys, URLs or ids, and last the text')
    addSelectionOptions(command)
      .optionsGroup('How:')
      .option('--keep-going', 'as many as can be: a failure does not stop the others (exit 5)')
  },
  run: noteBugs,
}

/** The last word is the text; without quotes its first words are taken for bugs, and nothing is written. */
async function noteBugs(ctx: Context, words: readonly string[], options: SelectionOptions): Promise<void> {
  const names = words.slice(0, -1)
  const note = words.at(-1)?.trim() ?? ''
  const hint = 'cto bugs note BUG-1001 "seen again"'
  if (isUnseen(note)) throw new UsageError('the note is empty', { hint })
  if (names.length === 0 && options.from === undefined && options.where === undefined)
    throw new UsageError('a note needs a bug and a text', { hint })
  await applyToSelected(ctx, names, {
    ...options,
    verb: 'note',
    work: async (tx, ids) => {
      await addNotes(tx, { bugs: ids, note, actor: await ctx.db.actor(tx) })
      const bugs = await getBugs(tx, { ids, now: ctx.now() })
      return bugs.map((bug) => ({ bug, isChanged: true }))
    },
    withText: (bugs, text) => `cto bugs note ${bugs.join(' ')} ${shellQuoted(`${text} ${note}`)}`,
    remark: (which) => `note on ${which}: ${note}`,
    isShownByRemark: true,
  })
}
