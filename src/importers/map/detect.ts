import type { ImportType } from '../../domain/kinds.js'
import { required } from '../../errors.js'
import { requiredColumns } from './columns.js'
import { bindAliases } from './mapping.js'
import { generic } from './presets/generic.js'
import { aliasesOf, presets } from './presets/index.js'
import type { Preset } from './presets/preset.js'
import { excerpt, headerKey, isAbsent, isBlank } from '../spelling.js'
import { translator } from '../validate/translator.js'
import { commonSeverities, commonStatuses } from '../validate/words.js'

export interface Detection {
  preset: Preset
  /** The second best; null if no other fits. */
  runnerUp: Preset | null
  /** Words of the file that the two map differently, if nothing else distinguishes them. */
  differences: readonly PresetDifference[]
}

export interface PresetDifference {
  field: string
  word: string
  /** The value in the best preset, and in the runner-up. */
  best: string
  runnerUp: string
}

/**
 * All values in a product's own spelling weigh as much as two headers: enough to distinguish two real files with
 * the same headers, too little to win against a preset that has more of the columns.
 */
const valueWeight = 2

interface Beginning {
  type: ImportType
  columns: readonly string[]
  rows: readonly { cells: readonly string[] }[]
}

/** Detects the product that exported the file from its headers and the values of its first rows. */
export function detectPreset(
  type: ImportType,
  columns: readonly string[],
  rows: readonly { cells: readonly string[] }[],
): Detection {
  const beginning = { type, columns, rows }
  const scored = presets
    .filter(
      (preset) =>
        preset[type] !== undefined && isPossible(preset, columns) && hasKeyColumn(preset, beginning),
    )
    .map((preset) => ({ preset, ...score(preset, beginning) }))
    .sort((a, b) => Number(b.complete) - Number(a.complete) || b.score - a.score)
  const [best, second] = scored
  if (best === undefined || best.score === 0) return { preset: generic, runnerUp: null, differences: [] }
  const units = best.complete ? unitDifferences(best.preset, beginning) : []
  if (units.length > 0) return { preset: best.preset, runnerUp: generic, differences: units }
  if (second === undefined || second.score === 0)
    return { preset: best.preset, runnerUp: null, differences: [] }
  const isTie = best.score - second.score < leastLead && best.complete === second.complete
  const isUnclear = isTie && best.preset !== generic && second.preset !== generic
  return {
    preset: best.preset,
    runnerUp: second.preset,
    differences: isUnclear ? differencesOf(best.preset, second.preset, beginning) : [],
  }
}

function isPossible(
  { distinctiveHeaders = [], needsDistinctiveHeader }: Preset,
  columns: readonly string[],
): boolean {
  const headers = new Set(columns.map(headerKey))
  return !needsDistinctiveHeader || distinctiveHeaders.some((header) => headers.has(headerKey(header)))
}

function hasAll(typical: readonly string[], columns: readonly string[]): boolean {
  const headers = new Set(columns.map(headerKey))
  return typical.length > 0 && typical.every((header) => headers.has(headerKey(header)))
}

/** False if only a plain table's key column is in the file, and the product's is not: records would lose their keys. */
function hasKeyColumn(preset: Preset, { type, columns }: Beginning): boolean {
  if (type !== 'bugs' || preset === generic) return true
  const hasKey = (each: Preset): boolean => bindAliases(aliasesOf(each, type), columns).has('externalId')
  return hasKey(preset) || !hasKey(generic)
}

/**
 * Columns whose plain numbers are in another unit than hours in a product, if no header of its own proves that the file is
 * from it: 8 is 8 hours or 8 seconds.
 */
function unitDifferences(best: Preset, { type, columns, rows }: Beginning): PresetDifference[] {
  const unit = best.hours ?? 'hours'
  const bound = bindAliases(aliasesOf(best, type), columns)
  if (unit === 'hours' || hasOwnHeader(best, bound, columns)) return []
  return (['estimatedHours', 'actualHours'] as const).flatMap((field) => {
    const cells = (bound.get(field) ?? []).flatMap((at) => rows.map(({ cells }) => (cells[at] ?? '').trim()))
    const word = cells.find((cell) => /^[1-9]\d*(?:[.,]\d+)?$/.test(cell))
    return word === undefined ? [] : [{ field, word: excerpt(word), best: unit, runnerUp: 'hours' }]
  })
}

function hasOwnHeader(
  preset: Preset,
  bound: ReadonlyMap<string, number[]>,
  columns: readonly string[],
): boolean {
  const distinctive = new Set((preset.distinctiveHeaders ?? []).map(headerKey))
  const keys = [...bound.values()]
    .flat()
    .map((position) => headerKey(required(columns[position], 'the header of a mapped column')))
  return keys.some((key) => distinctive.has(key) || !generalHeaders.has(key))
}

/** Headers that any table may have. */
const generalHeaders = new Set(Object.values(aliasesOf(generic, 'bugs')).flat().map(headerKey))

/** Headers of times that several products have, in hours or in seconds: in a plain table they are hours, but they do not prove one. */
const sharedTimes = new Set(['Time Spent', 'Time Estimate', 'Original estimate'].map(headerKey))

/** A smaller lead, less than one header's weight, is chance. */
const leastLead = 0.1

/** Words that the two presets map to different values. */
function differencesOf(
  best: Preset,
  runnerUp: Preset,
  { type, columns, rows }: Beginning,
): PresetDifference[] {
  const bound = bindAliases(aliasesOf(best, type), columns)
  const readers = (preset: Preset): Readonly<Record<string, (word: string) => string | undefined>> => ({
    severity: translator([commonSeverities, preset.severities], new Map()),
    status: translator([commonStatuses, preset.statuses], new Map()),
  })
  const [one, other] = [readers(best), readers(runnerUp)]
  return ['severity', 'status'].flatMap((field) => {
    const cells = (bound.get(field) ?? []).flatMap((index) =>
      rows.map((row) => (row.cells[index] ?? '').trim()),
    )
    return [...new Set(cells)].flatMap((word) => {
      const [a = 'unknown', b = 'unknown'] = [one[field]?.(word), other[field]?.(word)]
      return isAbsent(word) || a === b ? [] : [{ field, word: excerpt(word), best: a, runnerUp: b }]
    })
  })
}

/** Words of several products, such as `High` or `To Do`: without a distinctive header they do not identify one. */
const sharedWords = new Set(
  presets
    .filter(({ needsDistinctiveHeader }) => !needsDistinctiveHeader)
    .flatMap(({ vocabulary }) => [...new Set(Object.values(vocabulary).flat())])
    .filter((word, place, all) => all.indexOf(word) !== place && all.lastIndexOf(word) === place),
)

/** `complete` is false if the file lacks a column that every record of the product has. */
function score(preset: Preset, { type, columns, rows }: Beginning): { score: number; complete: boolean } {
  const bound = bindAliases(aliasesOf(preset, type), columns)
  const typical = hasAll(preset.typicalHeaders ?? [], columns) ? 1 : 0
  const positions = [...new Set([...bound.values()].flat())]
  const proving = positions.filter(
    (at) => preset !== generic || !sharedTimes.has(headerKey(columns[at] ?? '')),
  )
  const headers = proving.length + typical
  const isKnownByHeaders = hasOwnHeader(preset, bound, columns)
  const shares = Object.entries(preset.vocabulary).flatMap(([column, words]) => {
    const known = new Set(isKnownByHeaders ? words : words.filter((word) => !sharedWords.has(word)))
    // Case matters: RESOLVED is Bugzilla's, Resolved is Jira's.
    const values = (bound.get(column) ?? []).flatMap((index) => rows.map(({ cells }) => cells[index] ?? ''))
    const filled = values.filter((value) => !isBlank(value))
    return filled.length === 0 ? [] : [filled.filter((value) => known.has(value)).length / filled.length]
  })
  // A vocabulary whose column is missing lowers the score.
  const vocabularies = Math.max(1, Object.keys(preset.vocabulary).length)
  const complete = requiredColumns[type].every((column) => bound.has(column))
  return {
    score: headers + (valueWeight * shares.reduce((sum, share) => sum + share, 0)) / vocabularies,
    complete,
  }
}
