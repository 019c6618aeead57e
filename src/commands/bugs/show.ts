import { getBug } from '../../data/bugs/bugs.js'
import { getBugId } from '../../data/bugs/bug-names.js'
import type { Context } from '../../context.js'
import { shownBugView } from '../../views/bug.js'
import type { CommandDefinition } from '../definition.js'

export const bugsShowCommand: CommandDefinition = {
  name: 'show',
  description: 'Show one bug',
  effect: 'reads',
  output: { record: shownBugView },
  exitCodes: [3],
  examples: [
    ['cto bugs show BUG-1001', 'or simply 1001'],
    ['cto bugs show HADOOP-123 --json', 'by its old key, for a program'],
  ],
  parameters: (command) => command.argument('<bug>', 'number, key or URL of the tracker it came from, or id'),
  run: showBug,
}

async function showBug(ctx: Context, name: string): Promise<void> {
  const bug = await ctx.db.read(async (db) => getBug(db, { id: await getBugId(db, name), now: ctx.now() }))
  await ctx.out.one(shownBugView, bug)
}
