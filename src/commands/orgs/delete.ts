import { organizations } from '../../data/delivery/fact-lists.js'
import { deleteOrganization } from '../../data/delivery/organizations.js'
import type { Context } from '../../context.js'
import { visible } from '../../output/visible.js'
import { organizationView } from '../../views/organization.js'
import type { CommandDefinition } from '../definition.js'
import { deletedWord } from '../deleted-word.js'

export const orgsDeleteCommand: CommandDefinition = {
  name: 'delete',
  description: 'Delete an organization for good, with its repositories, their facts, keys, secrets and rules',
  effect: 'destroys',
  output: { record: organizationView },
  exitCodes: [3],
  examples: [['cto orgs delete acme', 'asks first, and says how many repositories go']],
  parameters: (command) => command.argument('<organization>', 'slug, or id'),
  run: deleteOne,
}

async function deleteOne(ctx: Context, name: string): Promise<void> {
  const organization = await ctx.db.open('write', async ({ read, write }) => {
    const found = await read((db) => organizations.getWhole(db, name))
    const { slug, repositories: count } = found
    const repositories = count === 1 ? 'its repository' : `its ${count} repositories`
    await ctx.ask.confirm(
      `delete the organization ${visible(slug)}${count === 0 ? '' : `, ${repositories} and all their facts`}?`,
    )
    await write(async (tx) => deleteOrganization(tx, found.id, await ctx.db.actor(tx)), {
      dryRun: ctx.line.flags.dryRun,
    })
    return found
  })
  ctx.out.notice(`${deletedWord(ctx)} the organization ${visible(organization.slug)}`)
  await ctx.out.one(organizationView, organization)
}
