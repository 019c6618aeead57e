import { commits } from '../../data/delivery/fact-lists.js'
import { commitView } from '../../views/commit.js'
import type { CommandDefinition } from '../definition.js'
import { factVerbs } from '../fact-verbs.js'

export const commitsGroup: readonly CommandDefinition[] = [
  ...factVerbs({
    facts: commits,
    view: commitView,
    order: 'the newest first',
    filters: ['org', 'repo', 'project', 'author', 'bots'],
    periods: { committed: 'committedAt' },
    namedBy: 'SHA or its beginning, owner/name@SHA, or id',
    examples: {
      list: [
        ['cto commits list --repo acme/shop --committed 7d', 'what was committed this week'],
        ['cto commits list --author ada --json', 'for a program'],
      ],
      show: [['cto commits show a9b22a6d80c1', 'by the beginning of its sha']],
    },
  }),
]
