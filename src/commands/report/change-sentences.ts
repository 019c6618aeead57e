import type { Figure } from '../../domain/metric.js'
import type { FigureChange } from '../../shapes/figure-change.js'
import type { ProjectTrend, Report } from '../../shapes/report.js'
import { figureValue } from '../../views/figure.js'
import { capital } from './figure-cards.js'

/** What changed over the window, and why: open bugs, critical ones, money at risk. */
export function changeSentences(report: Report): string[] {
  return [
    countSentence(report, 'open.total', 'open bugs'),
    countSentence(report, 'open.critical', 'open critical bugs'),
    moneySentence(report),
  ]
}

function countSentence({ changes }: Report, id: 'open.total' | 'open.critical', what: string): string {
  const { before, after, causes } = changes.find((change) => change.id === id) ?? {}
  const [was, is] = [Number(before ?? 0), Number(after ?? 0)]
  const why = causes === null || causes === undefined ? '' : causesText(causes)
  const because = why === '' ? '.' : `: ${why}.`
  if (is === was) {
    const still = is === 0 ? `There are no ${what}, as before` : `There are still ${is} ${what}`
    return is === 0 && why === '' ? `${still}.` : `${still}${because}`
  }
  return `${capital(what)} ${is > was ? 'rose' : 'fell'} from ${was} to ${is}${because}`
}

/** `8 created, 1 reopened, 3 resolved`: what came, then what went. */
function causesText(causes: NonNullable<FigureChange['causes']>): string {
  const { created, reopened, resumed, resolved, deferred, reclassified } = causes
  const counts = [
    [created, 'created'],
    [reopened, 'reopened'],
    [resumed, 'resumed'],
    [reclassified, 'reclassified in'],
    [resolved, 'resolved'],
    [deferred, 'deferred'],
    [-reclassified, 'reclassified out'],
  ] as const
  return counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ')
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
