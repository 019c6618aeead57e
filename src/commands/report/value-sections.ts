import { counted } from '../../domain/counted.js'
import { portfolioIds, type MetricId } from '../../domain/metric.js'
import { amountText, grouped, hoursText, multiple, percent } from '../../output/number-text.js'
import type { Block, Section } from '../../output/page.js'
import type { ProjectValue, TeamMember } from '../../shapes/metric-report.js'
import type { Report } from '../../shapes/report.js'
import { figureValue } from '../../views/figure.js'
import { capital, figureBlocks } from './figure-cards.js'
import { numberColumns, sectionOf } from './section.js'

/** How many people and projects are drawn, and how many the table has; JSON has them all. */
const mostBars = 12
const mostRows = 30

export function workloadSection(report: Report, currency: string): Section {
  const { team } = report
  const loaded = team.filter(({ open }) => open > 0).slice(0, mostBars)
  const table = {
    caption: `By person: what is open at the end of the window, what was resolved in it${partText(team.length)}`,
    columns: [
      { header: 'person' },
      ...numberColumns([
        ...['points', 'open', 'at risk', 'breached', 'resolved', 'median time', 'SLA kept'],
        `${currency} at risk a day`,
      ]),
    ],
    rows: team
      .slice(0, mostRows)
      .map((member: TeamMember) => [
        member.name,
        ...[member.points, member.open, member.atRisk, member.breached, member.resolved].map(String),
        orDash(member.medianResolution, hoursText),
        orDash(member.slaCompliance, percent),
        orDash(member.revenueAtRisk, amountText),
      ]),
  }
  const label = 'Severity points of open bugs by person: 8 critical, 4 high, 2 medium, 1 low'
  return sectionOf(
    'workload',
    'Workload',
    team.length === 0 && 'No bug is assigned, and none was resolved.',
    [
      ...loadNote(report),
      loaded.length === 0
        ? { kind: 'table', table }
        : {
            kind: 'chart',
            chart: {
              kind: 'horizontal',
              label,
              categories: loaded.map(({ name }) => name),
              series: [{ name: 'points', values: loaded.map(({ points }) => points) }],
            },
            table,
          },
    ],
  )
}

function loadNote({ figures, quality }: Report): Block[] {
  const imbalance = figures.find(({ id }) => id === 'workload.imbalance')
  const unassigned = quality.find(({ check }) => check === 'openWithoutAssignee')?.count ?? 0
  const people =
    imbalance === undefined || imbalance.value === null
      ? []
      : [
          `the heaviest load is ${figureValue(imbalance).value} the median of ${counted(imbalance.n, 'person', 'people')}`,
        ]
  const bugs =
    unassigned === 0
      ? []
      : [`${grouped(String(unassigned))} open ${unassigned === 1 ? 'bug is' : 'bugs are'} unassigned`]
  const parts = [...people, ...bugs]
  return parts.length === 0 ? [] : [{ kind: 'note', text: `${capital(parts.join('; '))}.` }]
}

export function portfolioSection(report: Report, currency: string): Section {
  const { projects } = report
  const valued = projects.filter(({ dcfValuation }) => dcfValuation !== null).slice(0, mostBars)
  const toldInWords: readonly MetricId[] = [...projectCounts, 'revenue.at_risk_daily']
  const money = ['dcfValuation', 'year3Revenue', 'monthlyInfraCost', 'revenueAtRisk', 'costOfDelay'] as const
  const table = {
    caption: `Projects that are not cancelled, the most valuable first; amounts in ${currency}${partText(projects.length)}`,
    columns: [
      { header: 'project' },
      { header: 'status' },
      ...numberColumns([
        ...['open bugs', 'valuation', 'revenue year 3', 'infra a month', 'at risk a day', 'cost of delay'],
        ...['ROI', 'ROI net'],
      ]),
    ],
    rows: projects
      .slice(0, mostRows)
      .map((project: ProjectValue) => [
        project.name,
        project.status,
        grouped(String(project.openBugs)),
        ...money.map((field) => orDash(project[field], amountText)),
        orDash(project.roiScore, (ratio) => multiple(Number(ratio))),
        orDash(project.roiNet, (ratio) => multiple(Number(ratio))),
      ]),
  }
  return sectionOf('portfolio', 'Portfolio', projects.length === 0 && 'There are no projects.', [
    { kind: 'note', text: countsText(report) },
    ...figureBlocks(
      report,
      portfolioIds.filter((id) => !toldInWords.includes(id)),
    ),
    valued.length === 0
      ? { kind: 'table', table }
      : {
          kind: 'chart',
          chart: {
            kind: 'horizontal',
            label: `Valuation by project, in ${currency}`,
            categories: valued.map(({ name }) => name),
            series: [{ name: 'valuation', values: valued.map(({ dcfValuation }) => Number(dcfValuation)) }],
          },
          table,
        },
  ])
}

const projectCounts = [
  'portfolio.projects',
  'portfolio.active',
  'portfolio.shipped',
  'portfolio.deferred',
  'portfolio.cancelled',
] as const satisfies readonly MetricId[]

/** `Projects: 6, of them 4 active, 1 shipped, 1 deferred.` */
function countsText({ figures }: Report): string {
  const [all, active, shipped, deferred, cancelled] = projectCounts.map((id) =>
    grouped(String(figures.find((figure) => figure.id === id)?.value ?? 0)),
  )
  const left = cancelled === '0' ? '' : ` Cancelled and left out: ${cancelled}.`
  return `Projects: ${all}, of them ${active} active, ${shipped} shipped, ${deferred} deferred.${left}`
}

function partText(total: number): string {
  return total > mostRows ? ` (${mostRows} of ${total})` : ''
}

function orDash<Value>(value: Value | null, text: (value: Value) => string): string {
  return value === null ? '—' : text(value)
}
