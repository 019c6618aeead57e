import { metrics, type MetricId } from '../../domain/metric.js'
import { pairsHelp } from '../../flags/help-text.js'

/** Formulas for a page of help, so that they cannot differ from the registry's. */
export function metricsHelp(ids: readonly MetricId[]) {
  return pairsHelp(
    '\nFigures:',
    ids.map((id) => [id, metrics[id].formula] as const),
  )
}
