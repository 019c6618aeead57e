import { accounts } from '../../data/delivery/fact-lists.js'
import { accountView } from '../../views/account.js'
import type { CommandDefinition } from '../definition.js'
import { factVerbs } from '../fact-verbs.js'
import { accountsEraseCommand } from './erase.js'

export const accountsGroup: readonly CommandDefinition[] = [
  ...factVerbs({
    facts: accounts,
    view: accountView,
    order: 'the newest first',
    filters: ['author'],
    periods: {},
    namedBy: 'login, e-mail address, or id',
    examples: {
      list: [
        ['cto accounts list', 'logins and e-mail addresses, and whose they are'],
        ['cto accounts list --author ada', 'the accounts of a person'],
      ],
      show: [['cto accounts show ada', 'by its login']],
    },
  }),
  accountsEraseCommand,
]
