import type { Context } from '../../context.js'
import { counted } from '../../domain/counted.js'
import type { Figure } from '../../domain/metric.js'
import { UsageError } from '../../errors.js'
import { givenBugFilters } from '../../flags/bug-filter.js'
import { list } from '../../flags/options.js'
import { drawBars } from '../../views/drawing.js'
import { figureValue } from '../../views/figure.js'
import { findBusyWindow } from '../../flags/busy-window.js'
import { sayWindow } from '../../views/window.js'
import { metricsHelp } from './help.js'
import { addWindow, scopeOf, type ScopeOptions } from '../../flags/scope.js'
import type { CommandDefinition } from '../definition.js'
import { teamDayView } from '../../views/team-day.js'
import { teamMemberView } from '../../views/team-member.js'

interface TeamOptions extends ScopeOptions {
  org?: string[]
}

export const metricsTeamCommand: CommandDefinition = {
  name: 'team',
  description:
    'What each person resolved in a window, how fast, and what they have to do; bugs by their assignee',
  effect: 'reads',
  output: { list: teamMemberView, document: 'team', rows: [teamDayView] },
  exitCodes: [3],
  examples: [
    ['cto metrics team', 'the last 30 days, the heaviest load first'],
    ['cto metrics team --since 90d --project web', 'a quarter of one project'],
    ['cto metrics team --org acme', 'day by day what cto metrics snapshot stored of an organization'],
  ],
  parameters: (command) =>
    addWindow(command)
      .optionsGroup('What:')
      .option('--org <organizations>', 'the stored days of these organizations, instead of people', list)
      .addHelpText('after', metricsHelp(['resolution.p50', 'sla.compliance', 'workload.imbalance'])),
  run: showTeam,
}

async function showTeam(ctx: Context, { org, ...options }: TeamOptions): Promise<void> {
  if (org !== undefined) return showDays(ctx, org, options)
  const { getTeam, getUnassignedLoad } = await import('../../data/metrics/team.js')
  const { getFigures } = await import('../../data/metrics/figures.js')
  const { window, members, unassigned, figures, busy } = await ctx.db.read(async (db) => {
    const scope = await scopeOf(db, ctx, options)
    return {
      window: scope.window,
      busy: await findBusyWindow(db, ctx, scope.window),
      members: await getTeam(db, scope),
      unassigned: await getUnassignedLoad(db, scope),
      figures: await getFigures(db, { ids: ['workload.imbalance'], scope }),
    }
  })
  if (ctx.line.flags.format === 'json') {
    const imbalance = figures[0]?.value ?? null
    await ctx.out.document({ data: { window, imbalance, members }, text: () => '' })
  } else {
    sayWindow(ctx, window)
    await ctx.out.page(teamMemberView, { data: members })
    if (busy !== null) ctx.out.notice(busy)
    const loaded = members.filter(({ points }) => points > 0)
    await drawBars(
      ctx,
      loaded.map(({ name, points }) => ({ label: name, value: points })),
    )
    const balance = balanceText(figures, unassigned)
    if (balance !== '') ctx.out.notice(balance)
  }
}

/** Empty where all is assigned to one person, whose load is its own median. */
function balanceText(figures: readonly Figure[], { open, points }: { open: number; points: number }): string {
  const compared = figures.filter(({ value, n }) => value !== null && n > 1)
  return [
    ...compared.map((figure) => {
      const people = counted(figure.n, 'person', 'people')
      return `heaviest load is ${figureValue(figure).value} the median of ${people}`
    }),
    ...(open > 0
      ? [`${counted(open, 'open bug')} (${counted(points, 'point')}) ${open === 1 ? 'is' : 'are'} unassigned`]
      : []),
  ].join('; ')
}

/** Days are of an organization as a whole: no filter of bugs narrows what is stored. */
async function showDays(ctx: Context, org: readonly string[], options: ScopeOptions): Promise<void> {
  const [stray] = givenBugFilters(options)
  if (stray !== undefined) {
    throw new UsageError(`--${stray} is not a filter of stored days`, {
      hint: 'leave it out, or leave out --org',
    })
  }
  const { findTeamDays } = await import('../../data/metrics/team-days.js')
  const { getOrganizationId } = await import('../../data/delivery/delivery-names.js')
  const { window, data } = await ctx.db.read(async (db) => {
    const organizationIds: string[] = []
    for (const name of org) organizationIds.push(await getOrganizationId(db, name))
    const { window } = await scopeOf(db, ctx, options)
    return { window, data: await findTeamDays(db, { organizationIds, window }) }
  })
  if (ctx.line.flags.format !== 'json') sayWindow(ctx, window)
  await ctx.out.page(teamDayView, { data, total: data.length })
  if (data.length === 0) ctx.out.notice('cto metrics snapshot stores the days')
}
