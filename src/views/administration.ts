import { bytesText } from '../output/bytes-text.js'
import type { Field, RecordView } from '../output/field.js'
import { grouped, percent } from '../output/number-text.js'
import type { Cancellation, Grant, Health, TableGrowth } from '../shapes/administration.js'

function bytesField<Row extends Record<Name, number | null>, Name extends string>(
  name: Name,
  header: string,
  omit?: number,
): Field<Row> {
  const text = (row: Row) => (row[name] === null ? '—' : bytesText(row[name]))
  return { name, header, align: 'right', text, ...(omit !== undefined && { omit }) }
}

export const tableGrowthView: RecordView<TableGrowth> = {
  name: 'table',
  plural: 'tables',
  shape: 'tableGrowth',
  id: ({ table }) => table,
  defaults: ['table', 'rows', 'bytes', 'indexBytes', 'toastBytes', 'share', 'rowsPerDay', 'bytesPerDay'],
  fields: [
    { name: 'table', header: 'TABLE' },
    { name: 'rows', header: 'ROWS', align: 'right', text: ({ rows }) => grouped(String(rows)) },
    bytesField('bytes', 'SIZE'),
    bytesField('indexBytes', 'INDEXES', 2),
    bytesField('toastBytes', 'TOAST', 1),
    { name: 'share', header: 'SHARE', align: 'right', text: ({ share }) => percent(share), omit: 3 },
    { name: 'rowsPerDay', header: 'ROWS/DAY', align: 'right', omit: 4 },
    bytesField('bytesPerDay', 'SIZE/DAY', 5),
  ],
}

export const cancellationView: RecordView<Cancellation> = {
  name: 'session',
  plural: 'sessions',
  shape: 'cancellation',
  id: ({ pid }) => String(pid),
  defaults: ['pid', 'user', 'state', 'seconds', 'query', 'result'],
  fields: [
    { name: 'pid', header: 'PID', align: 'right', isName: true },
    { name: 'user', header: 'USER', shrink: 2, least: 6 },
    { name: 'state', header: 'STATE', omit: 2 },
    {
      name: 'seconds',
      header: 'SECONDS',
      align: 'right',
      text: ({ seconds }) => seconds.toFixed(1),
      omit: 1,
    },
    { name: 'query', header: 'QUERY', shrink: 1, least: 12, omit: 3 },
    { name: 'result', header: 'RESULT' },
  ],
}

export const grantView: RecordView<Grant> = {
  name: 'grant',
  plural: 'grants',
  shape: 'grant',
  id: ({ object }) => object,
  defaults: ['object', 'privileges'],
  fields: [
    { name: 'object', header: 'OBJECT' },
    { name: 'privileges', header: 'PRIVILEGES', shrink: 1, least: 6 },
  ],
}

export const healthView: RecordView<Health> = {
  name: 'health',
  plural: 'healths',
  shape: 'health',
  id: ({ connection }) => connection.target,
  defaults: ['status', 'responseTimeMs', 'recommendations'],
  fields: [
    {
      name: 'status',
      header: 'STATUS',
      text: ({ status }, { style }) =>
        style[({ healthy: 'good', degraded: 'warn', unhealthy: 'danger' } as const)[status]](status),
    },
    {
      name: 'connection',
      header: 'CONNECTION',
      flat: ({ connection: { connected, target, reason } }) =>
        connected ? target : (reason ?? `${target}: not connected`),
      shrink: 1,
      least: 12,
    },
    { name: 'responseTimeMs', header: 'RESPONSE MS', align: 'right' },
    { name: 'timestamp', header: 'AT' },
    { name: 'pool', header: 'POOL', flat: ({ pool }) => pool && `${pool.used} of ${pool.most} connections` },
    {
      name: 'queries',
      header: 'QUERIES',
      flat: ({ queries }) =>
        queries &&
        `${queries.active} active, ${queries.idleInTransaction} idle in transaction, ${queries.blocked} blocked`,
    },
    {
      name: 'recommendations',
      header: 'RECOMMENDATIONS',
      flat: ({ recommendations }) => recommendations.join('; ') || null,
      shrink: 0,
      least: 12,
    },
  ],
}
