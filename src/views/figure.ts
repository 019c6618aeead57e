import { metricOf, metrics, type Figure } from '../domain/metric.js'
import { chooseFields, pick, type RecordView } from '../output/field.js'
import { amountText, daysText, grouped, hoursText, multiple, percent } from '../output/number-text.js'

/** How a figure is printed. */
export const figureView: RecordView<Figure> = {
  name: 'figure',
  plural: 'figures',
  shape: 'figure',
  id: ({ id }) => id,
  defaults: ['id', 'title', 'value', 'unit', 'n'],
  fields: [
    { name: 'id', header: 'METRIC' },
    { name: 'title', header: 'WHAT', flat: ({ id }) => metrics[id].title, shrink: 1, omit: 1 },
    { name: 'value', header: 'VALUE', text: (figure) => figureValue(figure).value, align: 'right' },
    { name: 'unit', header: 'UNIT', text: (figure) => figureValue(figure).unit, omit: 3 },
    { name: 'n', header: 'N', align: 'right', omit: 2 },
    { name: 'asOf', header: 'AS OF' },
    { name: 'window', header: 'WINDOW' },
    { name: 'window.from', header: 'FROM' },
    { name: 'window.to', header: 'TO' },
    { name: 'formula', header: 'FORMULA', flat: ({ id }) => metrics[id].formula, shrink: 2 },
    { name: 'version', header: 'VERSION', flat: ({ id }) => metrics[id].version, align: 'right' },
  ],
}

/** What programs read: a key per metric. */
export function figuresById(
  figures: readonly Figure[],
  fields: readonly string[] = ['value', 'unit', 'n', 'asOf', 'window'],
): Record<string, Record<string, unknown>> {
  const chosen = chooseFields(figureView, fields)
  return Object.fromEntries(figures.map((figure) => [figure.id, pick(chosen, figure)]))
}

/** A line above or below a table: `median age of open bugs: 12.5 d (n 8)`. */
export function figureText(figure: Figure): string {
  const { value, unit } = figureValue(figure)
  return `${metrics[figure.id].title}: ${value}${unit === '' ? '' : ` ${unit}`} (n ${figure.n})`
}

/** For people: `{ value: 'USD 42.0 B', unit: 'a day' }`, `{ value: '4 ×', unit: '' }`; `—` where there is no data. */
export function figureValue({ id, value, unit }: Pick<Figure, 'id' | 'value' | 'unit'>): {
  value: string
  unit: string
} {
  if (value === null) return { value: '—', unit: '' }
  const metric = metricOf(id)
  switch (metric.unit) {
    case 'hours':
      // A sum of work is no time that passed: in days of 24 hours it would say nothing.
      return metric.aggregate === 'sum'
        ? { value: `${grouped(String(value))} h`, unit: '' }
        : { value: hoursText(Number(value)), unit: '' }
    case 'days':
      return { value: daysText(Number(value)), unit: '' }
    case 'ratio':
      return { value: (metric.isMultiple ? multiple : percent)(Number(value)), unit: '' }
    case 'bugs':
    case 'projects':
    case 'points':
    case 'deployments':
    case 'pull requests':
    case 'reviews':
    case 'commits':
    case 'issues':
    case 'people':
    case 'lines':
    case 'sessions':
    case 'calls':
    case 'requests':
    case 'tokens':
    case 'milliseconds':
    case 'bytes':
    case 'MB':
      return { value: grouped(String(value)), unit: Math.abs(Number(value)) === 1 ? oneOf(unit) : unit }
    case 'deployments/day':
      return { value: Number(value).toFixed(2), unit: 'a day' }
    case 'USD':
      return { value: `${unit} ${amountText(String(value))}`, unit: '' }
    case 'money':
    case 'money/day':
    case 'money/month': {
      const [currency = '', period] = unit.split('/')
      return {
        value: `${currency} ${amountText(String(value))}`,
        unit: period === undefined ? '' : `a ${period}`,
      }
    }
  }
}

/** `bugs` → `bug` */
function oneOf(unit: string): string {
  return unit === 'people' ? 'person' : unit.replace(/s$/, '')
}
