import type { MigrationState, MigrationStatus } from '../engine/schema/migrations.js'
import { countersText } from '../output/counters-text.js'
import { bytesText } from '../output/bytes-text.js'
import type { RecordView } from '../output/field.js'
import type { Style } from '../output/style.js'
import type { DatabaseInfo } from '../shapes/database.js'

export const migrationView: RecordView<MigrationStatus> = {
  name: 'migration',
  plural: 'migrations',
  shape: 'migration',
  id: ({ name }) => name,
  defaults: ['name', 'state', 'finishedAt'],
  fields: [
    { name: 'name', header: 'MIGRATION' },
    { name: 'state', header: 'STATE', text: ({ state }, { style }) => style[styleOf[state]](state) },
    { name: 'finishedAt', header: 'APPLIED', omit: 1 },
    { name: 'logs', header: 'WHY IT FAILED', shrink: 1 },
  ],
}

export const databaseView: RecordView<DatabaseInfo> = {
  name: 'database',
  plural: 'databases',
  shape: 'database',
  id: ({ target }) => target,
  defaults: ['target', 'serverVersion', 'latencyMs', 'state', 'bytes'],
  fields: [
    { name: 'target', header: 'TARGET' },
    { name: 'connected', header: 'CONNECTED' },
    { name: 'engine', header: 'ENGINE' },
    { name: 'serverVersion', header: 'POSTGRESQL' },
    { name: 'latencyMs', header: 'LATENCY MS' },
    { name: 'path', header: 'FOLDER' },
    { name: 'schema', header: 'SCHEMA' },
    { name: 'state', header: 'STATE' },
    { name: 'pooled', header: 'POOLED' },
    { name: 'encrypted', header: 'ENCRYPTED' },
    { name: 'trigramSchema', header: 'PG_TRGM IN' },
    { name: 'bytes', header: 'SIZE', text: ({ bytes }) => bytesText(bytes) },
    { name: 'tables', header: 'TABLES', text: tableLines },
    { name: 'counters', header: 'COUNTERS', text: ({ counters }) => countersText(counters) },
  ],
}

const styleOf: Record<MigrationState, keyof Style> = {
  applied: 'good',
  pending: 'warn',
  edited: 'danger',
  failed: 'danger',
  unknown: 'warn',
}

/** `bugs  1076 rows  2.1 MB`, in columns. */
function tableLines({ tables }: DatabaseInfo): string {
  const cells = tables.map(
    ({ name, rows, bytes }) => [name, rows === 1 ? '1 row ' : `${rows} rows`, bytesText(bytes)] as const,
  )
  const width = (column: 0 | 1 | 2) => Math.max(0, ...cells.map((row) => row[column].length))
  const [names, counts, sizes] = [width(0), width(1), width(2)]
  return cells
    .map(([name, rows, size]) => `${name.padEnd(names)}  ${rows.padStart(counts)}  ${size.padStart(sizes)}`)
    .join('\n')
}
