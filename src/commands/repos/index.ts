import { repositories } from '../../data/delivery/fact-lists.js'
import { repositoryView } from '../../views/repository.js'
import type { CommandDefinition } from '../definition.js'
import { factVerbs } from '../fact-verbs.js'
import { reposAddCommand } from './add.js'
import { reposDeleteCommand } from './delete.js'
import { reposLinkCommand } from './link.js'
import { reposSyncCommand } from './sync.js'
import { reposUpdateCommand } from './update.js'

export const reposGroup: readonly CommandDefinition[] = [
  ...factVerbs({
    facts: repositories,
    view: repositoryView,
    order: 'by name',
    filters: ['org', 'project'],
    periods: {},
    namedBy: 'owner/name, name alone, a former name, address, or id',
    examples: {
      list: [
        ['cto repos list', 'all that are known, and how far they are synced'],
        ['cto repos list --org acme --json', 'for a program'],
      ],
      show: [['cto repos show acme/shop', 'one repository']],
    },
  }),
  reposAddCommand,
  reposUpdateCommand,
  reposLinkCommand,
  reposDeleteCommand,
  reposSyncCommand,
]
