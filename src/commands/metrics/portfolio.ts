import { portfolioIds } from '../../domain/metric.js'
import type { Context } from '../../context.js'
import { figuresById, figureText } from '../../views/figure.js'
import { sayWhen } from '../../views/window.js'
import { metricsHelp } from './help.js'
import { scopeOf } from '../../flags/scope.js'
import type { CommandDefinition } from '../definition.js'
import { projectValueView } from '../../views/project-value.js'

interface PortfolioOptions {
  asOf?: string
}

export const metricsPortfolioCommand: CommandDefinition = {
  name: 'portfolio',
  description:
    'Value and return of each project, the cost of its open bugs, and the sums; without cancelled projects',
  effect: 'reads',
  output: { list: projectValueView, document: 'portfolio' },
  examples: [
    ['cto metrics portfolio', 'the most valuable first, the sums below'],
    ['cto metrics portfolio --json', 'for a board paper'],
  ],
  parameters: (command) =>
    command
      .optionsGroup('When:')
      .option('--as-of <when>', 'with the bugs of a day or moment: 2026-08-31; projects have no history')
      .addHelpText('after', metricsHelp(portfolioIds)),
  run: showPortfolio,
}

async function showPortfolio(ctx: Context, options: PortfolioOptions): Promise<void> {
  const { getFigures } = await import('../../data/metrics/figures.js')
  const { findProjectValues } = await import('../../data/metrics/portfolio.js')
  const { figures, projects } = await ctx.db.read(async (db) => {
    const scope = await scopeOf(db, ctx, options)
    return {
      figures: await getFigures(db, { ids: portfolioIds, scope }),
      projects: await findProjectValues(db, scope),
    }
  })
  if (ctx.line.flags.format === 'json') {
    await ctx.out.document({ data: { figures: figuresById(figures), projects }, text: () => '' })
  } else {
    sayWhen(ctx, figures)
    await ctx.out.page(projectValueView, { data: projects })
    for (const figure of figures) ctx.out.notice(figureText(figure))
  }
}
