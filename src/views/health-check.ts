import { minuteIn, type RecordView } from '../output/field.js'
import type { Style } from '../output/style.js'
import type { FindingSeverity } from '../domain/finding.js'
import type { HealthCheck } from '../shapes/health-check.js'

const styleOf: Record<FindingSeverity, keyof Style> = { error: 'danger', warn: 'warn', info: 'dim' }

export const healthCheckView: RecordView<HealthCheck> = {
  name: 'check',
  plural: 'checks',
  shape: 'healthCheck',
  id: ({ id }) => id,
  below: ({ message, examples }, { style }) => {
    const unnamed = examples.filter((name) => !message.includes(name))
    return unnamed.length === 0 ? null : style.dim(`found: ${unnamed.join(', ')}`)
  },
  defaults: ['id', 'status', 'severity', 'message', 'count', 'fix', 'durationMs'],
  fields: [
    { name: 'id', header: 'CHECK' },
    { name: 'area', header: 'AREA' },
    {
      name: 'status',
      header: 'STATUS',
      text: ({ status, known }, { style }) =>
        status === 'ok' ? style.good(status) : status === 'finding' && !known ? style.bold(status) : status,
      brief: ({ status, severity, known }, { style }) =>
        status === 'finding'
          ? known
            ? 'known'
            : style[styleOf[severity]](severity)
          : status === 'ok'
            ? style.good(status)
            : status,
    },
    {
      name: 'severity',
      header: 'SEVERITY',
      flat: ({ status, severity }) => (status === 'finding' ? severity : null),
      text: ({ status, severity }, { style }) =>
        status === 'finding' ? style[styleOf[severity]](severity) : '—',
      omit: 1,
    },
    {
      name: 'message',
      header: 'MESSAGE',
      text: ({ message }, { zone }) => inZone(message, zone),
      shrink: 0,
      least: 50,
      wrap: true,
    },
    { name: 'count', header: 'COUNT', align: 'right', omit: 3 },
    { name: 'examples', header: 'EXAMPLES' },
    { name: 'known', header: 'KNOWN' },
    {
      name: 'fix',
      header: 'FIX',
      flat: ({ fix }) => fixText(fix),
      text: ({ fix }) => fixText(fix)?.replaceAll('\n', ' ') ?? '—',
      omit: 0,
      below: 'whole',
    },
    { name: 'durationMs', header: 'MS', align: 'right', omit: 2 },
  ],
}

/** Programs get times in UTC; a person reads those of their own zone. */
function inZone(message: string, zone: string): string {
  return message.replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) => minuteIn(zone, new Date(time)))
}

function fixText(fix: HealthCheck['fix']): string | null {
  return fix && [fix.command, fix.sql].filter((part) => part !== null).join('; ')
}
