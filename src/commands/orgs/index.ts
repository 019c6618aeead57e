import { organizations } from '../../data/delivery/fact-lists.js'
import { organizationView } from '../../views/organization.js'
import type { CommandDefinition } from '../definition.js'
import { factVerbs } from '../fact-verbs.js'
import { orgsCreateCommand } from './create.js'
import { orgsDeleteCommand } from './delete.js'
import { orgsMemberCommands } from './members.js'
import { orgsUpdateCommand } from './update.js'

export const orgsGroup: readonly CommandDefinition[] = [
  ...factVerbs({
    facts: organizations,
    view: organizationView,
    order: 'by slug',
    filters: [],
    periods: {},
    namedBy: 'slug, name, or id',
    examples: {
      list: [['cto orgs list', 'organizations and their repositories']],
      show: [['cto orgs show acme', 'one organization']],
    },
  }),
  orgsCreateCommand,
  orgsUpdateCommand,
  orgsDeleteCommand,
  ...orgsMemberCommands,
]
