import { issues } from '../../data/delivery/fact-lists.js'
import { issueView } from '../../views/issue.js'
import type { CommandDefinition } from '../definition.js'
import { factVerbs } from '../fact-verbs.js'
import { issuesPromoteCommand } from './promote.js'

export const issuesGroup: readonly CommandDefinition[] = [
  ...factVerbs({
    facts: issues,
    view: issueView,
    order: 'the newest first',
    filters: ['org', 'repo', 'project', 'author', 'label', 'state', 'opened', 'bots'],
    states: ['open', 'closed'],
    periods: { closed: 'closedAt' },
    namedBy: 'owner/name#12, its address, or its id',
    examples: {
      list: [
        ['cto issues list --repo acme/shop --state open', 'open issues of a repository'],
        ['cto issues list --opened 7d --label bug', 'new ones with a label'],
      ],
      show: [['cto issues show acme/shop#7', 'one issue']],
    },
  }),
  issuesPromoteCommand,
]
