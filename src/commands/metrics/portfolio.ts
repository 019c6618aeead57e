import type { Command } from 'commander'
import { portfolioIds } from '../../domain/metric.js'
import type { RecordView } from '../../output/field.js'
import type { ProjectValue } from '../../shapes/metric-report.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { figuresById, figureText } from '../../views/figure.js'
import { metricsHelp } from './help.js'
import { scopeOf } from '../../flags/scope.js'

interface PortfolioOptions {
  asOf?: string
}

export function addMetricsPortfolio(parent: Command, ctx: Context): void {
  const command = parent
    .command('portfolio')
    .description(
      'What each project is worth and returns, what its open bugs cost, and the sums; cancelled ones left out',
    )
    .optionsGroup('When:')
    .option('--as-of <when>', 'with the bugs of a day or moment: 2026-08-31; projects have no history')
    .action((options: PortfolioOptions) => showPortfolio(ctx, options))
    .addHelpText('after', metricsHelp(portfolioIds))
  declare(command, ctx, {
    effect: 'reads',
    output: { list: projectValueView, document: 'portfolio' },
    examples: [
      ['cto metrics portfolio', 'the most valuable first, the sums below'],
      ['cto metrics portfolio --json', 'for a board paper'],
    ],
  })
}

export async function showPortfolio(ctx: Context, options: PortfolioOptions): Promise<void> {
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
    await ctx.out.page(projectValueView, { data: projects })
    for (const figure of figures) ctx.out.notice(figureText(figure))
  }
}

const projectValueView: RecordView<ProjectValue> = {
  name: 'project',
  plural: 'projects',
  shape: 'projectValue',
  id: ({ name }) => name,
  defaults: [
    'name',
    'status',
    'dcfValuation',
    'year3Revenue',
    'roiScore',
    'roiNet',
    'openBugs',
    'revenueAtRisk',
    'costOfDelay',
  ],
  fields: [
    { name: 'name', header: 'PROJECT', shrink: 1 },
    { name: 'status', header: 'STATUS', omit: 5 },
    { name: 'dcfValuation', header: 'VALUATION', align: 'right' },
    { name: 'year3Revenue', header: 'YEAR 3', align: 'right', omit: 2 },
    { name: 'arr', header: 'ARR', align: 'right' },
    { name: 'monthlyInfraCost', header: 'COST/MONTH', align: 'right' },
    { name: 'roiScore', header: 'ROI', align: 'right', omit: 6 },
    { name: 'roiNet', header: 'ROI NET', align: 'right', omit: 1 },
    { name: 'openBugs', header: 'OPEN', align: 'right', omit: 7 },
    { name: 'revenueAtRisk', header: 'AT RISK/D', align: 'right', omit: 4 },
    { name: 'costOfDelay', header: 'DELAY COST', align: 'right', omit: 3 },
    { name: 'currentMilestone', header: 'MILESTONE', align: 'right' },
    { name: 'totalMilestones', header: 'OF', align: 'right' },
    { name: 'id', header: 'ID' },
  ],
}
