import { getRepositoryId } from '../../data/delivery/delivery-names.js'
import { repositories } from '../../data/delivery/fact-lists.js'
import { updateRepository } from '../../data/delivery/update-repository.js'
import { getByName } from '../../data/names.js'
import type { Context } from '../../context.js'
import { repositoryView } from '../../views/repository.js'
import type { CommandDefinition } from '../definition.js'

export const reposLinkCommand: CommandDefinition = {
  name: 'link',
  description: 'Put a repository into a project, where its address does not say which',
  effect: 'writes',
  output: { record: repositoryView },
  exitCodes: [3],
  examples: [
    ['cto repos link acme/shop web', 'the figures of the project include this repository'],
    ['cto repos link acme/shop none', 'it is of no project'],
  ],
  parameters: (command) =>
    command
      .argument('<repository>', 'owner/name, or its name alone')
      .argument('<project>', 'name, a unique prefix of it, address, or id; none'),
  run: linkOne,
}

async function linkOne(ctx: Context, name: string, project: string): Promise<void> {
  const row = await ctx.db.write(async (tx) => {
    const id = await getRepositoryId(tx, name)
    const projectId = project === 'none' ? null : (await getByName(tx, 'project', project)).id
    await updateRepository(tx, { id, change: { projectId } }, await ctx.db.actor(tx))
    return repositories.get(tx, id)
  })
  await ctx.out.one(repositoryView, row)
}
