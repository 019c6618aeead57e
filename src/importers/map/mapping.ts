import { UsageError } from '../../errors.js'
import { nearest } from '../../domain/nearest.js'
import type { ImportType } from '../../domain/kinds.js'
import { type OwnColumn, ownColumns } from './columns.js'
import { bindingsOf } from './presets/index.js'
import type { Aliases, Preset } from './presets/preset.js'
import type { MappingFlags } from './mapping-flags.js'
import type { FieldSources } from '../validate/row-cells.js'
import { excerpt, headerKey } from '../spelling.js'

/** The source of each of our columns. */
export interface Mapping extends FieldSources {
  /** Columns that together identify a record, if the file has no key of its own. */
  key: readonly number[]
  /** Headers that are not used. */
  unused: readonly string[]
}

/** The preset's aliases, overridden by the user's flags. Throws USAGE for a missing column. */
export function buildMapping(
  type: ImportType,
  columns: readonly string[],
  preset: Preset,
  flags: MappingFlags,
): Mapping {
  const ignored = new Set(flags.ignore.flatMap((header) => positionsOf(header, columns)))
  const positions = new Map<string, readonly number[]>()
  for (const [column, found] of bindAliases(bindingsOf(preset, type), columns)) {
    const kept = found.filter((position) => !ignored.has(position))
    if (kept.length > 0) positions.set(column, kept)
  }
  for (const [column, headers] of Object.entries(flags.columns)) {
    requireOwnColumn(type, column)
    positions.set(
      column,
      headers.flatMap((header) => positionsOf(header, columns)),
    )
  }
  for (const column of Object.keys(flags.constants)) requireOwnColumn(type, column)

  const key =
    flags.key.length > 0
      ? flags.key.flatMap((name) => positions.get(name) ?? positionsOf(name, columns))
      : flags.columns['externalId'] === undefined
        ? compoundKey(preset, positions, columns)
        : []
  const used = new Set([...positions.values(), key].flat())
  return {
    positions,
    constants: new Map(Object.entries(flags.constants)),
    key,
    unused: [...new Set(columns.filter((_, position) => !used.has(position)))],
  }
}

/** The columns of a number that is unique only within its repository. */
function compoundKey(
  { compoundKey }: Preset,
  positions: ReadonlyMap<string, readonly number[]>,
  columns: readonly string[],
): number[] {
  const headers = new Set(columns.map(headerKey))
  if (compoundKey === undefined || compoundKey.unless.some((header) => headers.has(headerKey(header))))
    return []
  const found = compoundKey.columns.map((column) => positions.get(column)?.[0])
  return found.includes(undefined) ? [] : found.filter((position) => position !== undefined)
}

/** The positions of the aliases among the headers. A repeated header is a list, with all positions in order. */
export function bindAliases(aliases: Aliases<OwnColumn>, columns: readonly string[]): Map<string, number[]> {
  const byKey = new Map<string, number[]>()
  for (const [position, header] of columns.entries()) {
    const key = headerKey(header)
    const positions = byKey.get(key)
    if (positions === undefined) byKey.set(key, [position])
    else positions.push(position)
  }
  const bound = new Map<string, number[]>()
  for (const [column, headers] of Object.entries(aliases)) {
    const positions = headers.flatMap((header) => byKey.get(headerKey(header)) ?? [])
    if (positions.length > 0) bound.set(column, positions)
  }
  return bound
}

function positionsOf(header: string, columns: readonly string[]): number[] {
  const position = /^#([1-9]\d*)$/.exec(header)?.[1]
  if (position !== undefined && Number(position) <= columns.length) return [Number(position) - 1]
  const key = headerKey(header)
  const found = columns.flatMap((column, index) => (headerKey(column) === key ? [index] : []))
  if (found.length > 0) return found
  const suggestion = nearest(header, columns)
  throw new UsageError(`no column "${header}" in this file`, {
    reason: suggestion === null ? undefined : `did you mean "${suggestion}"?`,
    hint: `its columns: ${listColumns(columns)}; or by position: #1 … #${columns.length}`,
  })
}

function requireOwnColumn(type: ImportType, column: string): void {
  const known: readonly string[] = ownColumns[type]
  if (known.includes(column)) return
  const suggestion = nearest(column, known)
  throw new UsageError(`${type} have no field "${column}"`, {
    reason: suggestion === null ? undefined : `did you mean "${suggestion}"?`,
    hint: `the fields: ${known.join(', ')}`,
  })
}

const columnsListed = 30

/** The headers of a file for a message, each once, the first thirty. */
export function listColumns(columns: readonly string[]): string {
  const names = [...new Set(columns.map((column) => excerpt(column)))]
  const more = names.length - columnsListed
  return names.slice(0, columnsListed).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
