import type { ImportLog, ImportState } from '../data/imports/imports.js'
import { counted } from '../domain/counted.js'
import { empty, type RecordView } from '../output/field.js'
import type { Style } from '../output/style.js'

/** How an import is printed. */
export const importView: RecordView<ImportLog> = {
  name: 'import',
  plural: 'imports',
  shape: 'importLog',
  id: ({ id }) => id,
  defaults: [
    'timestamp',
    'state',
    'metadata.type',
    'metadata.externalSource',
    'metadata.file',
    'recordsImported',
    'recordsFailed',
    'id',
  ],
  fields: [
    { name: 'timestamp', header: 'BEGUN', omit: 4 },
    { name: 'state', header: 'STATE', text: ({ state }, { style }) => style[stateStyle[state]](state) },
    { name: 'metadata.type', header: 'TYPE', omit: 1 },
    {
      name: 'metadata.externalSource',
      header: 'FROM',
      flat: (log) => log.metadata?.externalSource ?? log.source,
      omit: 2,
    },
    { name: 'metadata.file', header: 'FILE', shrink: 1 },
    { name: 'recordsImported', header: 'IMPORTED', align: 'right', omit: 3 },
    { name: 'recordsFailed', header: 'REJECTED', align: 'right' },
    { name: 'id', header: 'ID', brief: ({ id }) => id.slice(0, 8) },
    { name: 'source', header: 'DOOR' },
    { name: 'metadata.preset', header: 'PRESET' },
    { name: 'metadata.hash', header: 'SHA-256' },
    {
      name: 'metadata.zone',
      header: 'ZONE',
      flat: zoneOf,
      // A file whose times all have a zone leaves none, and neither did earlier versions. Other sources need none.
      text: (log) => zoneOf(log) ?? (log.source === 'csv' ? 'not recorded' : empty),
    },
    { name: 'metadata.counts', header: 'COUNTS', text: ({ metadata }) => countsText(metadata?.counts) },
    {
      name: 'metadata.failure',
      header: 'WHY IT FAILED',
      flat: ({ metadata }) => metadata?.failure ?? null,
      shrink: 1,
    },
    { name: 'errors', header: 'ERRORS', flat: ({ errors }) => errors.join('\n'), shrink: 1 },
    { name: 'metadata', header: 'METADATA', shrink: 0 },
  ],
  card: [
    'id',
    'timestamp',
    'state',
    'metadata.type',
    'metadata.externalSource',
    'metadata.file',
    'metadata.preset',
    'metadata.hash',
    'metadata.counts',
    'metadata.failure',
    'recordsImported',
    'recordsFailed',
    'errors',
    'metadata.zone',
  ],
}

const stateStyle: Record<ImportState, keyof Style> = {
  running: 'warn',
  done: 'good',
  failed: 'danger',
  interrupted: 'danger',
  undone: 'dim',
}

/** In which days and times without a zone were read; of a clone, that of its days. */
function zoneOf({ metadata }: ImportLog): string | null {
  const { zone } = (metadata?.mapping ?? {}) as { zone?: string }
  return metadata?.zone ?? zone ?? null
}

function countsText(counts: Record<string, number> | undefined): string {
  if (counts === undefined) return '—'
  const { records = 0, ...outcomes } = counts
  const parts = Object.entries(outcomes).filter(([, count]) => count > 0)
  const words = parts.map(([name, count]) => `${count} ${name}`).join(', ')
  return `${counted(records, 'record')}${words === '' ? '' : `: ${words}`}`
}
