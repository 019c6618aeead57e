import { getOrganizationId } from '../../data/delivery/delivery-names.js'
import { organizations } from '../../data/delivery/fact-lists.js'
import { updateOrganization } from '../../data/delivery/organizations.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { organizationView } from '../../views/organization.js'
import type { CommandDefinition } from '../definition.js'
import { addOrganizationOptions, organizationValues, type OrganizationOptions } from './fields.js'

export const orgsUpdateCommand: CommandDefinition = {
  name: 'update',
  description: 'Change the name, kind or plan of an organization, or the token for its repositories',
  effect: 'writes',
  output: { record: organizationView },
  exitCodes: [3],
  examples: [
    ['cto orgs update acme --token-secret github', 'its repositories are read with a stored token'],
    ['cto orgs update acme --token-secret none --plan enterprise', 'with GITHUB_TOKEN again'],
  ],
  parameters: (command) => addOrganizationOptions(command.argument('<organization>', 'slug, name, or id')),
  run: updateOne,
}

async function updateOne(ctx: Context, name: string, options: OrganizationOptions): Promise<void> {
  if (Object.keys(options).length === 0) {
    throw new UsageError('nothing to change', { hint: 'name a field: cto orgs update --help' })
  }
  const change = organizationValues(options)
  const row = await ctx.db.write(async (tx) => {
    const id = await getOrganizationId(tx, name)
    await updateOrganization(tx, { id, change }, await ctx.db.actor(tx))
    return organizations.get(tx, id)
  })
  await ctx.out.one(organizationView, row)
}
