import { severities } from '../../domain/bug.js'
import {
  agingIds,
  engineeringIds,
  kpiIds,
  metricOf,
  portfolioIds,
  slaIds,
  type MetricId,
} from '../../domain/metric.js'
import type { HtmlPage, Section, FigureCard } from '../../output/html/page.js'
import { grouped, percent } from '../../output/number-text.js'
import type { AgeBand, ProjectValue, TeamMember } from '../../shapes/metric-report.js'
import type { Report } from '../../shapes/report.js'
import { figureCards } from './figure-cards.js'

interface PageInput {
  title: string
  data: Report
  now: Date
  zone: string
}

/** How many people and projects are drawn; the table has them all. */
const mostBars = 15

export function reportPage({ title, data, now, zone }: PageInput): HtmlPage {
  const { window } = data
  const day = (date: Date) => new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(date)
  const until = day(new Date(window.to.getTime() - 1))
  const made = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  const cards = (ids: readonly MetricId[]) => figureCards(data, ids)
  return {
    title,
    subtitle: `${day(window.from)} to ${until}, made ${made.format(now)} ${zone}. Changes are against the window of the same length before.`,
    sections: [
      { id: 'overview', title: 'Overview', figures: cards(kpiIds) },
      { id: 'sla', title: 'SLA', figures: cards(slaIds.filter((id) => id !== 'sla.breached')) },
      flowSection(data, day),
      agingSection(data, cards(agingIds.filter((id) => id !== 'open.total'))),
      paceSection(cards(engineeringIds.filter((id) => !id.startsWith('sla.')))),
      workloadSection(data.team),
      portfolioSection(data, cards(portfolioIds.filter((id) => !(kpiIds as readonly string[]).includes(id)))),
      worstSection(data),
      qualitySection(data),
    ],
  }
}

function flowSection({ flow }: Report, day: (date: Date) => string): Section {
  const { periods, unexplained } = flow
  const names = ['created', 'resolved', 'reopened'] as const
  const columns = [...names, 'deleted', 'net', 'open', 'deferred', 'backlog'] as const
  return {
    id: 'flow',
    title: 'Flow',
    notes:
      unexplained === 0
        ? ['Created + reopened − resolved − deleted = change of the backlog.']
        : [
            `${unexplained} bugs of the backlog are not explained by what came in and went out; see the data quality.`,
          ],
    chart: {
      kind: 'bars',
      label: 'Bugs created, resolved and reopened over time',
      categories: periods.map(({ from }) => day(from)),
      series: names.map((name) => ({ name, values: periods.map((period) => period[name]) })),
      unit: 'bugs',
    },
    table: {
      caption: 'What came in, what went out, and what was unresolved at the end',
      columns: [{ header: 'from' }, ...columns.map((header) => ({ header, align: 'right' as const }))],
      rows: periods.map((period) => [day(period.from), ...columns.map((name) => String(period[name]))]),
    },
  }
}

function agingSection({ aging }: Report, figures: FigureCard[]): Section {
  return {
    id: 'aging',
    title: 'Age of what is open',
    figures,
    chart: {
      kind: 'stacked',
      label: 'Open bugs by age in days and severity',
      categories: aging.map(bandText),
      series: severities.map((name) => ({ name, values: aging.map((band) => band[name]) })),
      unit: 'bugs',
    },
    table: {
      caption: 'Open bugs by age in days and severity',
      columns: [
        { header: 'days' },
        ...[...severities, 'total'].map((header) => ({ header, align: 'right' as const })),
      ],
      rows: aging.map((band) => [
        bandText(band),
        ...severities.map((severity) => String(band[severity])),
        String(band.total),
      ]),
    },
  }
}

function bandText({ fromDays, toDays }: AgeBand): string {
  return toDays === null ? `${fromDays} and more` : `${fromDays} to ${toDays - 1}`
}

function paceSection(figures: FigureCard[]): Section {
  return { id: 'pace', title: 'Pace and quality of work', figures }
}

function workloadSection(team: readonly TeamMember[]): Section {
  const loaded = team.filter(({ open }) => open > 0).slice(0, mostBars)
  return {
    id: 'workload',
    title: 'Workload',
    notes: ['A critical bug weighs 8 points, a high one 4, a medium one 2, a low one 1.'],
    ...(loaded.length > 0 && {
      chart: {
        kind: 'horizontal' as const,
        label: 'Severity points of open bugs by person',
        categories: loaded.map(({ name }) => name),
        series: [{ name: 'points', values: loaded.map(({ points }) => points) }],
        unit: 'points',
      },
    }),
    table: {
      caption: 'By person: what is open now, what was resolved in the window',
      columns: [
        { header: 'person' },
        ...['points', 'open', 'at risk', 'breached', 'resolved', 'median h', 'SLA met', 'at risk/day'].map(
          (header) => ({ header, align: 'right' as const }),
        ),
      ],
      rows: team.map((member) => [
        member.name,
        ...[member.points, member.open, member.atRisk, member.breached, member.resolved].map(String),
        orDash(member.medianResolution),
        member.slaCompliance === null ? '—' : percent(member.slaCompliance),
        orDash(member.revenueAtRisk),
      ]),
    },
  }
}

function portfolioSection({ projects }: Report, figures: FigureCard[]): Section {
  const valued = projects.filter(({ dcfValuation }) => dcfValuation !== null).slice(0, mostBars)
  const money = ['dcfValuation', 'year3Revenue', 'monthlyInfraCost', 'revenueAtRisk', 'costOfDelay'] as const
  const headers = ['valuation', 'revenue year 3', 'infra/month', 'at risk/day', 'cost of delay']
  return {
    id: 'portfolio',
    title: 'Portfolio by value',
    figures,
    ...(valued.length > 0 && {
      chart: {
        kind: 'horizontal' as const,
        label: 'Valuation by project',
        categories: valued.map(({ name }) => name),
        series: [{ name: 'valuation', values: valued.map(({ dcfValuation }) => Number(dcfValuation)) }],
        unit: '',
      },
    }),
    table: {
      caption: 'Projects that are not cancelled, the most valuable first',
      columns: [
        { header: 'project' },
        { header: 'status' },
        ...['open bugs', ...headers, 'ROI', 'ROI net'].map((header) => ({ header, align: 'right' as const })),
      ],
      rows: projects.map((project: ProjectValue) => [
        project.name,
        project.status,
        String(project.openBugs),
        ...money.map((field) => orDash(project[field])),
        orDash(project.roiScore),
        orDash(project.roiNet),
      ]),
    },
  }
}

function worstSection({ worst }: Report): Section {
  return {
    id: 'worst',
    title: 'Worst bugs',
    notes: worst.length === 0 ? ['No bug is open.'] : ['As they are now, the most urgent first.'],
    table: {
      caption: 'Open bugs by urgency',
      columns: [
        { header: 'bug' },
        { header: 'urgency', align: 'right' },
        { header: 'severity' },
        { header: 'SLA' },
        { header: 'title' },
        { header: 'project' },
        { header: 'assignee' },
        { header: 'at risk/day', align: 'right' },
      ],
      rows: worst.map((bug) => [
        bug.bugNumber,
        orDash(bug.urgency),
        bug.severity,
        bug.sla.state.replace('_', ' '),
        bug.title,
        bug.project?.name ?? '—',
        bug.assignedTo?.name ?? '—',
        orDash(bug.revenueImpact),
      ]),
    },
  }
}

function qualitySection({ quality }: Report): Section {
  const found = quality.filter(({ count }) => count > 0)
  return {
    id: 'quality',
    title: 'Data quality',
    notes: found.length === 0 ? ['Nothing was found that makes a figure doubtful.'] : [],
    ...(found.length > 0 && {
      table: {
        caption: 'Gaps in the data, and the figures they affect',
        columns: [
          { header: 'what' },
          { header: 'bugs', align: 'right' as const },
          { header: 'of', align: 'right' as const },
          { header: 'figures' },
        ],
        rows: found.map(({ what, count, of, affects }) => [
          what,
          grouped(String(count)),
          grouped(String(of)),
          affects.map((id) => metricOf(id).title).join(', '),
        ]),
      },
    }),
  }
}

function orDash(value: number | string | null): string {
  return value === null ? '—' : grouped(String(value))
}
