import { metrics, type MetricId } from '../../domain/metric.js'

/** Titles and formulas for a page of help, so that they cannot differ from the registry's. */
export function metricsHelp(ids: readonly MetricId[]): string {
  const width = Math.max(...ids.map((id) => id.length))
  const lines = ids.map((id) => `  ${id.padEnd(width)}  ${metrics[id].formula}`)
  return `\nFigures:\n${lines.join('\n')}\n`
}
