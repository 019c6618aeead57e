import { organizations } from '../../data/delivery/fact-lists.js'
import { createOrganization } from '../../data/delivery/organizations.js'
import { UsageError } from '../../errors.js'
import type { Context } from '../../context.js'
import { organizationView } from '../../views/organization.js'
import type { CommandDefinition } from '../definition.js'
import { addOrganizationOptions, organizationValues, type OrganizationOptions } from './fields.js'

export const orgsCreateCommand: CommandDefinition = {
  name: 'create',
  description: 'Add an organization: a group of repositories, people and rules. It grants nothing',
  effect: 'writes',
  output: { record: organizationView },
  exitCodes: [3, 7],
  examples: [
    ['cto orgs create acme --name "Acme Inc" --plan pro', 'a company'],
    ['cto orgs create platform --kind team', 'a team of several repositories'],
  ],
  parameters: (command) =>
    addOrganizationOptions(
      command.argument('<slug>', 'its short name: the owner of its repositories at the host'),
    ),
  run: createOne,
}

async function createOne(ctx: Context, given: string, options: OrganizationOptions): Promise<void> {
  const slug = given.toLowerCase()
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(slug)) {
    throw new UsageError(`"${given}" is no short name`, {
      reason: 'it has letters, digits, -, _ and ., and begins with a letter or a digit',
      hint: 'cto orgs create acme --name "Acme Inc"',
    })
  }
  const row = await ctx.db.write(async (tx) => {
    const values = organizationValues(options)
    return organizations.get(tx, await createOrganization(tx, { slug, ...values }, await ctx.db.actor(tx)))
  })
  await ctx.out.one(organizationView, row)
}
