import { nearest } from '../../domain/nearest.js'
import { headerKey } from '../spelling.js'
import { fieldsWithLikelyHeaders, likelyHeader } from './likely-headers.js'
import type { ImportType } from '../../domain/kinds.js'
import { canHold, type Cells, columnByValues } from './likely-values.js'
import type { Mapping } from './mapping.js'

/** A field of bugs that gets a default because no column holds it. */
export interface MissingColumn {
  field: string
  /** The default, for a message. */
  instead: string
  /** The header of the column that is most likely the field; null if none is likely. */
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

/**
 * The fields of bugs that no column holds, each with an unused column that may be it by its header or its first values, which
 * are read only for such a field.
 */
export async function missingColumns(
  type: ImportType,
  { mapping, columns, ignored }: { mapping: Mapping; columns: readonly string[]; ignored: readonly string[] },
  firstRows: () => Promise<readonly Cells[]>,
): Promise<MissingColumn[]> {
  if (type !== 'bugs') return []
  const unused = unusedHeaders(mapping, ignored)
  const missing = watched.filter(({ by }) => !by.some((column) => isMapped(mapping, column)))
  const table = { columns, rows: missing.length > 0 && unused.length > 0 ? await firstRows() : [] }
  return missing.map(({ field, instead }) => {
    const possible = unused.filter((header) => canHold(field, header, table))
    const sure = likelyHeader(field, possible)
    const likely = () => columnByValues(field, possible, table) ?? nearest(field, possible)
    return { field, instead, header: sure ?? likely(), isSure: sure !== undefined }
  })
}

/** Flags for all fields of bugs that no column holds, though an unused header is probably theirs: `--map "resolvedAt=Closed On"`. */
export function likelyFlags(type: ImportType, mapping: Mapping, ignored: readonly string[]): string[] {
  if (type !== 'bugs') return []
  const unused = unusedHeaders(mapping, ignored)
  return fieldsWithLikelyHeaders.flatMap((field) => {
    const header = isMapped(mapping, field) ? undefined : likelyHeader(field, unused)
    return header === undefined ? [] : [`--map "${field}=${header}"`]
  })
}

function unusedHeaders({ unused }: Mapping, ignored: readonly string[]): string[] {
  const left = new Set(ignored.map(headerKey))
  return unused.filter((header) => !left.has(headerKey(header)))
}

function isMapped({ positions, constants }: Mapping, column: string): boolean {
  return positions.has(column) || constants.has(column)
}
