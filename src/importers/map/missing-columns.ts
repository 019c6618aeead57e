import { nearest } from '../../domain/nearest.js'
import { headerKey } from '../spelling.js'
import type { ImportType } from '../../domain/kinds.js'
import type { Mapping } from './mapping.js'

/** A field of bugs that gets a default because no column holds it. */
export interface MissingColumn {
  field: string
  /** The default, for a message. */
  instead: string
  /** The nearest header; null if none is near. */
  header: string | null
  /** Whether that header is unambiguous. */
  isSure: boolean
}

const watched = [
  { field: 'createdAt', by: ['createdAt'], instead: 'bugs count as created now' },
  {
    field: 'status',
    by: ['status', 'statusCategory', 'resolution', 'resolvedAt'],
    instead: 'bugs are pending',
  },
  { field: 'severity', by: ['severity'], instead: 'bugs are medium' },
] as const

/** Headers in the form of `headerKey`, without brackets and their content. */
const sureHeaders: Readonly<Record<(typeof watched)[number]['field'], RegExp>> = {
  createdAt:
    /^(?:(?:date|time)(?:created|creation|opened|submitted|reported|raised)|(?:created|creation|opened|submitted|reported|raised)(?:date|time|datetime|at|on|utc)?|syscreatedon|angelegtam|erstelltam|datedecréation|crééle)$/,
  status:
    /^(?:(?:issue|ticket|task|bug|item|card|workflow)?(?:status|state|stage)(?:name)?|workflowstate|progress|statut|zustand)$/,
  severity:
    /^(?:(?:issue|ticket|task|bug|item)?(?:severity|priority|prio)(?:level|name)?|schweregrad|gravité|gravedad)$/,
}

/** The fields of bugs that no column holds, each with an unused header that may be its column. */
export function missingColumns(
  type: ImportType,
  mapping: Mapping,
  ignored: readonly string[],
): MissingColumn[] {
  if (type !== 'bugs') return []
  const left = new Set(ignored.map(headerKey))
  const unused = mapping.unused.filter((header) => !left.has(headerKey(header)))
  const has = (column: string): boolean => mapping.positions.has(column) || mapping.constants.has(column)
  return watched
    .filter(({ by }) => !by.some(has))
    .map(({ field, instead }) => {
      const sure = unused.find((header) => sureHeaders[field].test(headerKey(header.replace(/\(.*\)/, ''))))
      return { field, instead, header: sure ?? nearest(field, unused), isSure: sure !== undefined }
    })
}
