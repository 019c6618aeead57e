import { metricOf, type Figure, type MetricId } from '../../domain/metric.js'
import type { FigureCard } from '../../output/html/page.js'
import { grouped } from '../../output/number-text.js'
import type { Report } from '../../shapes/report.js'
import { figureValue } from '../../views/figure.js'

/** What the figures are now, what they were before, and from how many rows. Those that the report lacks are left out. */
export function figureCards({ figures, before }: Report, ids: readonly MetricId[]): FigureCard[] {
  return ids.flatMap((id) => {
    const figure = figures.find((each) => each.id === id)
    if (figure === undefined) return []
    const previous = before.find((each) => each.id === id)
    const { value, unit } = figureValue(figure)
    const change = metricOf(id).over === 'projects' ? [] : [changeText(figure, previous)]
    return [
      { title: metricOf(id).title, value, unit, remarks: [...change, `n = ${grouped(String(figure.n))}`] },
    ]
  })
}

function changeText(figure: Figure, before: Figure | undefined): string {
  if (figure.value === null || before === undefined || before.value === null) return 'nothing to compare with'
  const { value, unit } = figureValue(before)
  const [now, then] = [Number(figure.value), Number(before.value)]
  const direction = now > then ? 'up' : now < then ? 'down' : 'unchanged'
  return direction === 'unchanged' ? direction : `${direction} from ${value} ${unit}`.trim()
}
