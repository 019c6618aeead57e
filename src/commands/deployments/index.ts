import { deployments } from '../../data/delivery/fact-lists.js'
import { deploymentView } from '../../views/deployment.js'
import type { CommandDefinition } from '../definition.js'
import { factVerbs } from '../fact-verbs.js'
import { deploymentsDeleteCommand } from './delete.js'
import { deploymentsFailCommand } from './fail.js'
import { deploymentsRecordCommand } from './record.js'

export const deploymentsGroup: readonly CommandDefinition[] = [
  ...factVerbs({
    facts: deployments,
    view: deploymentView,
    order: 'the newest first',
    filters: ['org', 'repo', 'project', 'state', 'environment', 'service'],
    states: ['pending', 'success', 'failure'],
    periods: { finished: 'finishedAt' },
    namedBy: 'its id at the source, its ref, or its id',
    examples: {
      list: [
        ['cto deployments list --environment production --finished 30d', 'what reached production'],
        ['cto deployments list --state failure', 'failed attempts'],
      ],
      show: [['cto deployments show v1.4.0', 'by its tag']],
    },
  }),
  deploymentsRecordCommand,
  deploymentsFailCommand,
  deploymentsDeleteCommand,
]
