import { metricOf, type Figure } from '../domain/metric.js'
import type { Field } from '../output/field.js'
import { grouped } from '../output/number-text.js'
import { figureText } from './figure.js'

/** What was measured of a record behind a figure, whole: a figure is rounded only after its records are aggregated. */
export const measuredField: Field<{ measured: string }> = {
  name: 'measured',
  header: 'MEASURED',
  text: ({ measured }) => grouped(measured.replace(/\.?0+$/, '')),
  align: 'right',
}

/** The line below the records: the figure that they give, and the unit of what was measured. */
export function measuredText(figure: Figure): string {
  return `MEASURED is ${unitText(figure)}; ${inItsUnit(figure)}`
}

/** A time that passed is not turned into days here: the records are not either. */
function inItsUnit(figure: Figure): string {
  const { id, value, unit, n } = figure
  if (value === null || !['hours', 'days'].includes(unit)) return figureText(figure)
  return `${metricOf(id).title}: ${grouped(String(value))} ${unit} (n ${n})`
}

function unitText({ id, unit }: Figure): string {
  switch (metricOf(id).aggregate) {
    case 'share':
      return '1 for what counts, 0 for the rest'
    case 'count':
    case 'distinct':
      return '1 for each'
    case 'imbalance':
      return 'the number of each person'
    default:
      return unit === 'ratio' ? 'a ratio' : `in ${unit}`
  }
}
