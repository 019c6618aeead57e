import type { Command } from 'commander'
import { getBugs } from '../../data/bugs/bugs.js'
import { getBugId } from '../../data/bugs/bug-names.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { shownBugView } from '../../views/bug.js'

export function addBugsShow(parent: Command, ctx: Context): void {
  const command = parent
    .command('show')
    .description('Show one bug')
    .argument('<bug>', 'number, key or URL of the tracker it came from, or id')
    .action((name: string) => showBug(ctx, name))
  declare(command, ctx, {
    effect: 'reads',
    output: { record: shownBugView },
    exitCodes: [3],
    examples: [
      ['cto bugs show BUG-1001', 'or simply 1001'],
      ['cto bugs show HADOOP-123 --json', 'by its old key, for a program'],
    ],
  })
}

export async function showBug(ctx: Context, name: string): Promise<void> {
  const bug = await ctx.db.read(async (db) => {
    const [found] = await getBugs(db, { ids: [await getBugId(db, name)], now: ctx.now() })
    return found
  })
  if (bug) await ctx.out.one(shownBugView, bug)
}
