import { pullRequests } from '../../data/delivery/fact-lists.js'
import { pullStates } from '../../domain/delivery/filters.js'
import { pullRequestView } from '../../views/pull-request.js'
import type { CommandDefinition } from '../definition.js'
import { factVerbs } from '../fact-verbs.js'
import { prsExplainCommand } from './explain.js'

export const prsGroup: readonly CommandDefinition[] = [
  ...factVerbs({
    facts: pullRequests,
    view: pullRequestView,
    order: 'the newest first',
    filters: ['org', 'repo', 'project', 'author', 'label', 'base', 'state', 'opened', 'merged', 'bots'],
    states: pullStates,
    periods: { closed: 'closedAt' },
    namedBy: 'owner/name#12, its address, or its id',
    examples: {
      list: [
        ['cto prs list --repo acme/shop --state open', 'what waits'],
        ['cto prs list --merged 30d --author ada --json', 'what a person merged'],
      ],
      show: [
        ['cto prs show acme/shop#12', 'with its moments'],
        ['cto prs show shop#12 --json', 'for a program'],
      ],
    },
  }),
  prsExplainCommand,
]
