import { healthWeights } from '../domain/project-health.js'
import { empty, type RecordView } from '../output/field.js'
import { grouped } from '../output/number-text.js'
import type { MetricExplanation, ProjectHealth } from '../shapes/metric-report.js'

const card = [
  'id',
  'title',
  'formula',
  'exclusions',
  'version',
  'value',
  'unit',
  'n',
  'asOf',
  'window.from',
  'window.to',
  'terms',
]

export const metricExplanationView: RecordView<MetricExplanation> = {
  name: 'metric',
  plural: 'metrics',
  shape: 'metricExplanation',
  id: ({ id }) => id,
  defaults: ['id', 'value', 'unit', 'n', 'formula', 'exclusions', 'version'],
  card,
  fields: [
    { name: 'id', header: 'METRIC' },
    { name: 'title', header: 'WHAT', shrink: 2 },
    { name: 'formula', header: 'FORMULA', shrink: 1 },
    { name: 'exclusions', header: 'LEFT OUT', shrink: 0, omit: 3 },
    { name: 'over', header: 'OVER' },
    { name: 'aggregate', header: 'AGGREGATE' },
    { name: 'version', header: 'VERSION', align: 'right' },
    {
      name: 'value',
      header: 'VALUE',
      text: ({ value }) => (value === null ? empty : grouped(String(value))),
      align: 'right',
    },
    { name: 'unit', header: 'UNIT' },
    { name: 'n', header: 'N', align: 'right' },
    { name: 'asOf', header: 'AS OF' },
    { name: 'window', header: 'WINDOW' },
    { name: 'window.from', header: 'FROM' },
    { name: 'window.to', header: 'BEFORE' },
    { name: 'terms', header: 'TERMS', text: ({ terms }) => terms?.map(termsText).join('\n') ?? empty },
    { name: 'sql', header: 'SQL', shrink: 3 },
  ],
}

/** With the SQL, which fills a screen. */
export const metricSqlView: RecordView<MetricExplanation> = {
  ...metricExplanationView,
  card: [...card, 'sql'],
}

/** `web 83 = 0.4 × 1 SLA kept + 0.3 × 0.5 not late + 0.2 × 0.75 not critical + 0.1 × — recent` */
function termsText({ project, healthScore, slaKept, onTime, notCritical, recent }: ProjectHealth): string {
  const terms = [
    [healthWeights.slaKept, slaKept, 'SLA kept'],
    [healthWeights.onTime, onTime, 'not late'],
    [healthWeights.notCritical, notCritical, 'not critical'],
    [healthWeights.recent, recent, 'recent'],
  ] as const
  const sum = terms.map(([weight, term, name]) => `${weight} × ${term?.toFixed(2) ?? empty} ${name}`)
  return `${project} ${healthScore ?? empty} = ${sum.join(' + ')}`
}
