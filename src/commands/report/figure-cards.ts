import { severities } from '../../domain/bug.js'
import { metricOf, type Figure, type MetricId } from '../../domain/metric.js'
import { grouped } from '../../output/number-text.js'
import type { Block, FigureCard, FigureTrend } from '../../output/page.js'
import type { Report } from '../../shapes/report.js'
import { figureValue } from '../../views/figure.js'

/** The figures with data as cards, the others by name in one line. Those that the report lacks are left out. */
export function figureBlocks(report: Report, ids: readonly MetricId[]): Block[] {
  const found = ids.flatMap((id) => report.figures.find((figure) => figure.id === id) ?? [])
  const known = found.filter(({ value }) => value !== null)
  const unknown = found.filter(({ value }) => value === null).map(({ id }) => metricOf(id).title)
  return [
    ...(known.length === 0
      ? []
      : [{ kind: 'figures' as const, figures: known.map((figure) => cardOf(report, figure)) }]),
    ...(unknown.length === 0 ? [] : [{ kind: 'note' as const, text: `No data: ${unknown.join('; ')}.` }]),
  ]
}

/** `open bugs` → `Open bugs` */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** What a figure is now, what it was before, and from how many rows it was made. */
export function cardOf({ before }: Report, figure: Figure): FigureCard {
  const { id, n } = figure
  return {
    title: capital(metricOf(id).title),
    ...figureValue(figure),
    change:
      metricOf(id).over === 'projects'
        ? null
        : trendOf(
            figure,
            before.find((each) => each.id === id),
          ),
    remark: `n = ${grouped(String(n))}`,
    severity: severities.find((severity) => id === `open.${severity}`),
  }
}

function trendOf(figure: Figure, before: Figure | undefined): FigureTrend {
  if (figure.value === null || before === undefined || before.value === null) {
    return { direction: null, text: 'nothing to compare with', verdict: null }
  }
  const [now, then] = [Number(figure.value), Number(before.value)]
  if (now === then) return { direction: null, text: 'unchanged', verdict: null }
  const was = figureValue(before).value
  if (was === figureValue(figure).value) return { direction: null, text: 'hardly changed', verdict: null }
  const direction = now > then ? 'up' : 'down'
  const { better } = metricOf(figure.id)
  const verdict = better === undefined ? null : (better === 'more') === now > then ? 'better' : 'worse'
  return { direction, text: `${direction} from ${was}`, verdict }
}
