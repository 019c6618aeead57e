import type { Figure } from '../../domain/metric.js'
import type { FigureChange } from '../../shapes/figure-change.js'
import type { BugReport, ProjectTrend, Report } from '../../shapes/report.js'
import { counted } from '../../domain/counted.js'
import { figureValue } from '../../views/figure.js'
import { capital } from './figure-cards.js'

/** What changed over the window, and why: open bugs, critical ones, money at risk. */
export function changeSentences(report: BugReport): string[] {
  const { changes, flow } = report
  const [total, critical] = (['open.total', 'open.critical'] as const).map((id) =>
    changes.find((change) => change.id === id),
  )
  return [
    flow.unexplained === 0 ? flowSentence(flow) : changeSentence(total, 'open bug'),
    changeSentence(critical, 'open critical bug'),
    moneySentence(report),
  ]
}

/** The events of the flow, so that the numbers of the sentence are those of its table. */
function flowSentence({ before, after, periods }: BugReport['flow']): string {
  const sum = (name: 'created' | 'reopened' | 'resolved' | 'deleted') =>
    periods.reduce((total, period) => total + period[name], 0)
  const deferred = after.deferred - before.deferred
  return countSentence('open bug', before.open, after.open, [
    [sum('created'), 'created'],
    [sum('reopened'), 'reopened'],
    [-deferred, 'fewer deferred'],
    [sum('resolved'), 'resolved'],
    [sum('deleted'), 'deleted'],
    [deferred, 'more deferred'],
  ])
}

function changeSentence(change: FigureChange | undefined, what: string): string {
  const { before, after, causes } = change ?? {}
  return countSentence(what, Number(before ?? 0), Number(after ?? 0), causes ? causeCounts(causes) : [])
}

/** `Open bugs rose from 5 to 12: 8 created, 1 resolved.` */
function countSentence(what: string, was: number, is: number, causes: readonly Cause[]): string {
  const why = causes
    .filter(([count]) => count > 0)
    .map(([count, cause]) => `${count} ${cause}`)
    .join(', ')
  const because = why === '' ? '.' : `: ${why}.`
  if (is === 0 && was === 0) return `There are no ${what}s, as before${because}`
  if (is === was) return `There ${is === 1 ? 'is' : 'are'} still ${counted(is, what)}${because}`
  return `${capital(what)}s ${is > was ? 'rose' : 'fell'} from ${was} to ${is}${because}`
}

type Cause = readonly [count: number, cause: string]

/** First the causes that added bugs, then those that removed them. */
function causeCounts(causes: NonNullable<FigureChange['causes']>): Cause[] {
  const { created, reopened, resumed, resolved, deferred, reclassified } = causes
  return [
    [created, 'created'],
    [reopened, 'reopened'],
    [resumed, 'resumed'],
    [reclassified, 'reclassified in'],
    [resolved, 'resolved'],
    [deferred, 'deferred'],
    [-reclassified, 'reclassified out'],
  ]
}

function moneySentence({ figures, before, trend }: Report): string {
  const [is, was] = [figures, before].map((each) => each.find(({ id }) => id === 'revenue.at_risk_daily'))
  if (is === undefined || is.value === null) {
    return was === undefined || was.value === null
      ? 'No open bug has a known revenue impact.'
      : `No open bug with a known revenue impact is left; they put ${moneyText(was)} at risk.`
  }
  const driver = projectText(trend, is)
  if (was === undefined || was.value === null)
    return `Money at risk is ${moneyText(is)}${driver}; before, no amount was known.`
  if (Number(is.value) === Number(was.value)) return `Money at risk is still ${moneyText(is)}.`
  const way = Number(is.value) > Number(was.value) ? 'rose' : 'fell'
  return `Money at risk ${way} from ${moneyText(was)} to ${moneyText(is)}${driver}.`
}

/** The project whose bugs changed it most in the direction in which it went. */
function projectText(trend: readonly ProjectTrend[], figure: Figure): string {
  if (trend.length < 2) return ''
  const changed = trend.map(({ project, points }) => ({
    name: project?.name ?? 'bugs without a project',
    ends: [points[0]?.revenueAtRisk ?? '0.00', points.at(-1)?.revenueAtRisk ?? '0.00'] as const,
  }))
  const total = changed.reduce((sum, { ends: [from, to] }) => sum + Number(to) - Number(from), 0)
  const [most] = changed
    .map(({ name, ends: [from, to] }) => ({
      name,
      from,
      to,
      change: (Number(to) - Number(from)) * Math.sign(total),
    }))
    .filter(({ change }) => change > 0)
    .sort((a, b) => b.change - a.change)
  if (most === undefined) return ''
  const [from, to] = [most.from, most.to].map((value) => figureValue({ ...figure, value }).value)
  return `, the most in ${most.name} (${Number(most.from) === 0 ? to : `${from} to ${to}`})`
}

function moneyText(figure: Figure): string {
  const { value, unit } = figureValue(figure)
  return `${value} ${unit}`
}
