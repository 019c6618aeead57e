import type { Command } from 'commander'
import type { RecordView } from '../../output/field.js'
import type { TeamMember } from '../../shapes/metric-report.js'
import type { Context } from '../../context.js'
import { declare } from '../declare.js'
import { drawBars } from '../../views/drawing.js'
import { figureText } from '../../views/figure.js'
import { personBrief } from '../../views/person.js'
import { metricsHelp } from './help.js'
import { addWindow, scopeOf, type ScopeOptions } from '../../flags/scope.js'

export function addMetricsTeam(parent: Command, ctx: Context): void {
  const command = parent
    .command('team')
    .description(
      'What each person resolved in a window, how fast, and what they have to do; bugs by their assignee',
    )
  addWindow(command)
    .action((options: ScopeOptions) => showTeam(ctx, options))
    .addHelpText('after', metricsHelp(['resolution.p50', 'sla.compliance', 'workload.imbalance']))
  declare(command, ctx, {
    effect: 'reads',
    output: { list: teamMemberView, document: 'team' },
    exitCodes: [3],
    examples: [
      ['cto metrics team', 'the last 30 days, the heaviest load first'],
      ['cto metrics team --since 90d --project web', 'a quarter of one project'],
    ],
  })
}

export async function showTeam(ctx: Context, options: ScopeOptions): Promise<void> {
  const { getTeam } = await import('../../data/metrics/team.js')
  const { getFigures } = await import('../../data/metrics/figures.js')
  const { window, members, figures } = await ctx.db.read(async (db) => {
    const scope = await scopeOf(db, ctx, options)
    return {
      window: scope.window,
      members: await getTeam(db, scope),
      figures: await getFigures(db, { ids: ['workload.imbalance'], scope }),
    }
  })
  if (ctx.line.flags.format === 'json') {
    const imbalance = figures[0]?.value ?? null
    await ctx.out.document({ data: { window, imbalance, members }, text: () => '' })
  } else {
    await ctx.out.page(teamMemberView, { data: members })
    const loaded = members.filter(({ points }) => points > 0)
    await drawBars(
      ctx,
      loaded.map(({ name, points }) => ({ label: name, value: points })),
    )
    for (const figure of figures) ctx.out.notice(figureText(figure))
  }
}

const teamMemberView: RecordView<TeamMember> = {
  name: 'person',
  plural: 'people',
  shape: 'teamMember',
  id: ({ email }) => email,
  defaults: [
    'email',
    'resolved',
    'medianResolution',
    'slaCompliance',
    'open',
    'points',
    'atRisk',
    'breached',
    'estimatedHours',
    'revenueAtRisk',
  ],
  fields: [
    { name: 'email', header: 'PERSON', brief: personBrief, shrink: 1 },
    { name: 'name', header: 'NAME', shrink: 2 },
    { name: 'resolved', header: 'DONE', align: 'right' },
    { name: 'medianResolution', header: 'MEDIAN H', align: 'right', omit: 7 },
    { name: 'slaCompliance', header: 'SLA KEPT', align: 'right', omit: 5 },
    { name: 'slaJudged', header: 'OF', align: 'right' },
    { name: 'open', header: 'OPEN', align: 'right' },
    { name: 'points', header: 'POINTS', align: 'right', omit: 4 },
    { name: 'atRisk', header: 'AT RISK', align: 'right', omit: 3 },
    { name: 'breached', header: 'BREACHED', align: 'right', omit: 6 },
    { name: 'estimatedHours', header: 'ESTIMATE H', align: 'right', omit: 1 },
    { name: 'revenueAtRisk', header: 'AT RISK/D', align: 'right', omit: 2 },
    { name: 'id', header: 'ID' },
  ],
}
