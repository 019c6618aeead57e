import { counted } from '../../domain/counted.js'
import { severities } from '../../domain/bug.js'
import {
  agingIds,
  engineeringIds,
  flowIds,
  metricOf,
  openIds,
  slaIds,
  type MetricId,
} from '../../domain/metric.js'
import { amountText, grouped } from '../../output/number-text.js'
import type { Cell, Section } from '../../output/page.js'
import type { Bug } from '../../shapes/bug.js'
import type { AgeBand } from '../../shapes/metric-report.js'
import type { BugReport, Report } from '../../shapes/report.js'
import type { Calendar } from './calendar.js'
import { figureBlocks } from './figure-cards.js'
import { numberColumns, sectionOf } from './section.js'

export function openSection(report: Report): Section {
  const { aging } = report
  const ages = agingIds.filter((id) => id !== 'open.total')
  const label = 'Open bugs by age in days and severity'
  return sectionOf('open', 'Open bugs', !aging.some(({ total }) => total > 0) && 'No bug is open.', [
    ...figureBlocks(report, [...openIds, ...ages]),
    {
      kind: 'chart',
      chart: {
        kind: 'stacked',
        label,
        categories: aging.map(bandText),
        series: severities.map((name) => ({
          name,
          values: aging.map((band) => band[name]),
          severity: name,
        })),
      },
      table: {
        caption: label,
        columns: [{ header: 'days' }, ...numberColumns([...severities, 'total'])],
        rows: aging.map((band) => [
          bandText(band),
          ...severities.map((severity) => grouped(String(band[severity]))),
          grouped(String(band.total)),
        ]),
      },
    },
  ])
}

function bandText({ fromDays, toDays }: AgeBand): string {
  return toDays === null ? `${fromDays}+` : `${fromDays}–${toDays - 1}`
}

export function slaSection(report: Report): Section {
  const { figures } = report
  const isEmpty = figures.every(({ id, value }) => !isOneOf(slaIds, id) || value === null || value === 0)
  const nothing = 'In this window no SLA was decided, and none is at risk or breached.'
  return sectionOf('sla', 'SLA', isEmpty && nothing, figureBlocks(report, slaIds))
}

export function flowSection(report: BugReport, calendar: Calendar): Section {
  const { periods, unexplained, after } = report.flow
  const names = ['created', 'resolved', 'reopened'] as const
  const columns = [...names, 'deleted', 'net', 'open', 'deferred', 'backlog'] as const
  const isEmpty = periods.every((period) =>
    [...names, 'deleted' as const].every((name) => period[name] === 0),
  )
  const nothing = `In this window no bug was created, resolved, reopened or deleted; the backlog is ${after.backlog}.`
  const sum =
    unexplained === 0
      ? 'Created + reopened − resolved − deleted = change of the backlog.'
      : `Of the backlog ${counted(unexplained, 'bug')} cannot be explained by created, reopened, resolved and deleted bugs; see the data quality.`
  return sectionOf('flow', 'Flow', isEmpty && nothing, [
    { kind: 'note', text: sum },
    {
      kind: 'chart',
      chart: {
        kind: 'bars',
        label: 'Bugs created, resolved and reopened',
        categories: periods.map(({ from }) => calendar.short(from)),
        series: names.map((name) => ({ name, values: periods.map((period) => period[name]) })),
      },
      table: {
        caption: 'Bugs created, bugs resolved, and the backlog at the end of each period',
        columns: [{ header: 'from' }, ...numberColumns(columns)],
        rows: periods.map((period) => [
          calendar.day(period.from),
          ...columns.map((name) => grouped(String(period[name]))),
        ]),
      },
    },
    ...figureBlocks(report, flowIds),
  ])
}

/** How fast and how well bugs were dealt with; what has sections of its own is left out. */
export function paceSection(report: Report): Section {
  const ids = engineeringIds.filter((id) => id !== 'workload.imbalance' && !/^(?:sla|flow)\./.test(id))
  const isEmpty = report.figures.every(({ id, n }) => !isOneOf(ids, id) || n === 0)
  const nothing = 'No bug was resolved in this window, and no new bug got a response.'
  return sectionOf('pace', 'Pace and quality of work', isEmpty && nothing, figureBlocks(report, ids))
}

/** JSON has more. */
const mostShown = 10

export function worstSection({ worst }: Report): Section {
  return sectionOf('worst', 'Most urgent bugs', worst.length === 0 && 'No bug is open.', [
    {
      kind: 'table',
      table: {
        caption: 'Open bugs at the end of the window, the most urgent first',
        columns: [
          { header: 'bug' },
          { header: 'title' },
          { header: 'urgency', align: 'right' },
          { header: 'severity' },
          { header: 'SLA' },
          { header: 'project' },
          { header: 'assignee' },
          { header: 'at risk a day', align: 'right' },
        ],
        rows: worst
          .slice(0, mostShown)
          .map((bug) => [
            linkOf(bug),
            bug.title,
            bug.urgency === null ? '—' : String(bug.urgency),
            { text: bug.severity, severity: bug.severity },
            bug.sla.state.replace('_', ' '),
            bug.project?.name ?? '—',
            bug.assignedTo?.name ?? '—',
            bug.revenueImpact === null ? '—' : amountText(bug.revenueImpact),
          ]),
      },
    },
  ])
}

/** To the tracker that the bug came from. An import may have stored anything there: only a web address becomes a link. */
function linkOf({ bugNumber, externalUrl }: Bug): Cell {
  if (externalUrl === null || !URL.canParse(externalUrl)) return bugNumber
  const { protocol, href } = new URL(externalUrl)
  return protocol === 'http:' || protocol === 'https:' ? { text: bugNumber, href } : bugNumber
}

/** More figures than these are counted. */
const mostAffected = 12

export function qualitySection({ quality }: Report): Section {
  const found = quality.filter(({ count }) => count > 0)
  return sectionOf(
    'quality',
    'Data quality',
    found.length === 0 && 'The data have no gaps that affect a figure.',
    [
      {
        kind: 'table',
        table: {
          caption: 'Gaps in the data, and the figures they affect',
          columns: [{ header: 'what' }, ...numberColumns(['count', 'of']), { header: 'figures' }],
          rows: found.map(({ what, count, of, affects }) => [
            what,
            grouped(String(count)),
            grouped(String(of)),
            affects.length > mostAffected
              ? `${affects.length} figures`
              : affects.map((id) => metricOf(id).title).join('; '),
          ]),
        },
      },
    ],
  )
}

function isOneOf(ids: readonly MetricId[], id: MetricId): boolean {
  return ids.includes(id)
}
