import type { MetricId } from '../../domain/metric.js'
import type { FigureCard, Section } from '../../output/page.js'
import type { BugReport } from '../../shapes/report.js'
import { changeSentences } from './change-sentences.js'
import { cardOf } from './figure-cards.js'

const headline = [
  ['revenue.at_risk_daily', 'Money at risk'],
  ['open.critical', 'Critical bugs open'],
  ['sla.compliance', 'SLA kept'],
  ['flow.net', 'Net flow'],
] as const satisfies readonly (readonly [MetricId, string])[]

/** What a board asks first, and what changed. */
export function overviewSection(report: BugReport): Section {
  const figures = headline.flatMap(([id, title]): FigureCard[] => {
    const figure = report.figures.find((each) => each.id === id)
    if (figure === undefined) return []
    const card = cardOf(report, figure)
    const isGrowth = id === 'flow.net' && Number(figure.value) > 0
    return [{ ...card, title, value: isGrowth ? `+${card.value}` : card.value }]
  })
  return {
    id: 'overview',
    title: 'At a glance',
    blocks: [
      { kind: 'figures', figures, prominent: true },
      { kind: 'sentences', sentences: changeSentences(report) },
    ],
  }
}
