import { issues } from '../../data/delivery/fact-lists.js'
import { getPromotable } from '../../data/delivery/promoted-issue.js'
import type { Context } from '../../context.js'
import { bugView } from '../../views/bug.js'
import type { CommandDefinition } from '../definition.js'

interface Options {
  source: string
}

export const issuesPromoteCommand: CommandDefinition = {
  name: 'promote',
  description: 'Make a bug of an issue: the one that import github --issues would make',
  effect: 'writes',
  output: { record: bugView },
  exitCodes: [3, 7],
  examples: [
    ['cto issues promote acme/shop#7', 'its labels say how severe it is'],
    ['cto issues promote shop#7 --json --fields bugNumber', 'for a script'],
  ],
  parameters: (command) =>
    command
      .argument('<issue>', 'owner/name#12, its address, or its id')
      .option('--source <name>', 'name of the tracker, as in import github', 'github'),
  run: promote,
}

async function promote(ctx: Context, name: string, { source }: Options): Promise<void> {
  const { promoteIssue } = await import('../../importers/github/promote-issue.js')
  const bug = await ctx.db.open('write', async (database) => {
    const { issue, actor } = await database.read(async (db) => ({
      issue: await getPromotable(db, (await issues.get(db, name)).id),
      actor: await ctx.db.actor(db),
    }))
    return promoteIssue(database, issue, {
      actor,
      dryRun: ctx.line.flags.dryRun,
      externalSource: source,
    })
  })
  await ctx.out.one(bugView, bug)
}
