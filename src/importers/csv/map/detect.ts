import { requiredColumns, type ImportType } from './columns.js'
import { bindAliases } from './mapping.js'
import { generic } from './presets/generic.js'
import { aliasesOf, presets } from './presets/index.js'
import type { Preset } from './presets/preset.js'
import { isBlank } from '../spelling.js'

export interface Detection {
  preset: Preset
  /** The second best; null where nothing else fits at all. */
  runnerUp: Preset | null
}

/**
 * All values in a product's own spelling weigh as much as two headers: enough to tell two real files with the
 * same headers apart, too little to win against a preset that knows more of the columns.
 */
const valueWeight = 2

/** What exported the file, judged by its headers and by the values of its first rows. */
export function detectPreset(
  type: ImportType,
  columns: readonly string[],
  rows: readonly { cells: readonly string[] }[],
): Detection {
  const scored = presets
    .filter((preset) => preset[type] !== undefined)
    .map((preset) => ({ preset, ...score(preset, type, columns, rows) }))
    .sort((a, b) => Number(b.complete) - Number(a.complete) || b.score - a.score)
  const [best, second] = scored
  if (best === undefined || best.score === 0) return { preset: generic, runnerUp: null }
  return { preset: best.preset, runnerUp: second === undefined || second.score === 0 ? null : second.preset }
}

/** A product whose exports would have what every record needs, and this file has not, is not it. */
function score(
  preset: Preset,
  type: ImportType,
  columns: readonly string[],
  rows: readonly { cells: readonly string[] }[],
): { score: number; complete: boolean } {
  const bound = bindAliases(aliasesOf(preset, type), columns)
  const headers = new Set([...bound.values()].flat()).size
  const shares = Object.entries(preset.vocabulary).flatMap(([column, words]) => {
    const known = new Set(words)
    // As spelled: RESOLVED is Bugzilla's, Resolved is Jira's.
    const values = (bound.get(column) ?? []).flatMap((index) => rows.map(({ cells }) => cells[index] ?? ''))
    const said = values.filter((value) => !isBlank(value))
    return said.length === 0 ? [] : [said.filter((value) => known.has(value)).length / said.length]
  })
  // A vocabulary whose column is missing speaks against the product.
  const vocabularies = Math.max(1, Object.keys(preset.vocabulary).length)
  const complete = requiredColumns[type].every((column) => bound.has(column))
  return {
    score: headers + (valueWeight * shares.reduce((sum, share) => sum + share, 0)) / vocabularies,
    complete,
  }
}
