import type { RecordView } from '../output/field.js'
import type { Style } from '../output/style.js'
import type { FindingSeverity } from '../domain/finding.js'
import type { HealthCheck } from '../shapes/health-check.js'

const styleOf: Record<FindingSeverity, keyof Style> = { error: 'danger', warn: 'warn', info: 'dim' }

export const healthCheckView: RecordView<HealthCheck> = {
  name: 'check',
  plural: 'checks',
  shape: 'healthCheck',
  id: ({ id }) => id,
  defaults: ['id', 'status', 'severity', 'message', 'count', 'fix', 'durationMs'],
  fields: [
    { name: 'id', header: 'CHECK' },
    { name: 'area', header: 'AREA' },
    {
      name: 'status',
      header: 'STATUS',
      text: ({ status, known }, { style }) =>
        status === 'ok' ? style.good(status) : status === 'finding' && !known ? style.bold(status) : status,
    },
    {
      name: 'severity',
      header: 'SEVERITY',
      text: ({ status, severity }, { style }) =>
        status === 'finding' ? style[styleOf[severity]](severity) : '—',
    },
    { name: 'message', header: 'MESSAGE', shrink: 2, least: 20 },
    { name: 'count', header: 'COUNT', align: 'right', omit: 2 },
    { name: 'examples', header: 'EXAMPLES' },
    { name: 'known', header: 'KNOWN' },
    {
      name: 'fix',
      header: 'FIX',
      flat: ({ fix }) => fix?.command ?? fix?.sql ?? null,
      shrink: 1,
      least: 10,
      omit: 3,
    },
    { name: 'durationMs', header: 'MS', align: 'right', omit: 1 },
  ],
}
