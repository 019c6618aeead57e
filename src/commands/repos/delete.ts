import { countFacts, deleteRepository } from '../../data/delivery/add-repository.js'
import { repositories } from '../../data/delivery/fact-lists.js'
import { counted } from '../../domain/counted.js'
import type { Context } from '../../context.js'
import { visible } from '../../output/visible.js'
import { repositoryView } from '../../views/repository.js'
import type { CommandDefinition } from '../definition.js'
import { deletedWord } from '../deleted-word.js'

export const reposDeleteCommand: CommandDefinition = {
  name: 'delete',
  description:
    'Delete a repository for good, with its events and facts; a source that reports it brings it back',
  effect: 'destroys',
  output: { record: repositoryView },
  exitCodes: [3],
  examples: [['cto repos delete acme/old', 'asks first, and says what goes with it']],
  parameters: (command) => command.argument('<repository>', 'owner/name, address, or id'),
  run: deleteOne,
}

async function deleteOne(ctx: Context, name: string): Promise<void> {
  const repository = await ctx.db.open('write', async ({ read, write }) => {
    const { found, facts } = await read(async (db) => {
      const found = await repositories.getWhole(db, name)
      return { found, facts: await countFacts(db, found.id) }
    })
    const { pullRequests, commits, events } = facts
    const parts = [
      counted(pullRequests, 'pull request'),
      counted(commits, 'commit'),
      counted(events, 'event'),
    ]
    await ctx.ask.confirm(`delete the repository ${visible(found.fullName)} with ${parts.join(', ')}?`)
    await write(async (tx) => deleteRepository(tx, found.id, await ctx.db.actor(tx)), {
      dryRun: ctx.line.flags.dryRun,
    })
    return found
  })
  ctx.out.notice(`${deletedWord(ctx)} the repository ${visible(repository.fullName)}`)
  await ctx.out.one(repositoryView, repository)
}
