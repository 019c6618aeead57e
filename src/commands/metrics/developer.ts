import type { Context } from '../../context.js'
import { addDeliveryWindow, deliveryScopeOf, type DeliveryScopeOptions } from '../../flags/scope.js'
import { developerView } from '../../views/developer.js'
import { sayWindow } from '../../views/window.js'
import type { CommandDefinition } from '../definition.js'
import { metricsHelp } from './help.js'

/** Those that each column has: commits have no label, and nothing of a person has an environment. */
const filtersOfPeople = ['org', 'repo', 'project', 'author', 'bots'] as const

export const metricsDeveloperCommand: CommandDefinition = {
  name: 'developer',
  description:
    'What each person did in repositories: commits, pull requests, reviews, issues; refused where delivery.people is off',
  effect: 'reads',
  output: { list: developerView },
  exitCodes: [3],
  examples: [
    ['cto metrics developer', 'the last 30 days, those who merged and reviewed most first'],
    ['cto metrics developer --org acme --since 90d', 'a quarter of an organization'],
    ['cto metrics developer --author ada@example.com', 'one person, with all linked accounts'],
  ],
  parameters: (command) =>
    addDeliveryWindow(command, filtersOfPeople).addHelpText(
      'after',
      metricsHelp(['commit.count', 'pr.opened', 'pr.merged', 'pr.cycle.p50', 'review.count', 'issue.closed']),
    ),
  run: showDevelopers,
}

async function showDevelopers(ctx: Context, options: DeliveryScopeOptions): Promise<void> {
  const { getDevelopers } = await import('../../data/metrics/developers.js')
  const { window, data } = await ctx.db.read(async (db) => {
    const scope = await deliveryScopeOf(db, ctx, options)
    return { window: scope.window, data: await getDevelopers(db, scope) }
  })
  if (ctx.line.flags.format !== 'json') sayWindow(ctx, window)
  await ctx.out.page(developerView, { data, total: data.length })
}
