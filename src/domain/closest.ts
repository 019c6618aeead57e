import { nearest } from './nearest.js'

/**
 * The candidates that match typed text, the closest first: those that start with it, those with a word that does, those that
 * contain it. If none matches, the candidates with the nearest word; all of them if nothing is typed.
 */
export function closest<T>(typed: string, candidates: readonly T[], textOf: (candidate: T) => string): T[] {
  const wanted = typed.trim().toLowerCase()
  if (wanted === '') return [...candidates]
  const ranked = candidates
    .map((candidate, i) => ({ candidate, i, rank: rankOf(textOf(candidate).toLowerCase(), wanted) }))
    .filter(({ rank }) => rank < unrelated)
    .sort((a, b) => a.rank - b.rank || a.i - b.i)
    .map(({ candidate }) => candidate)
  if (ranked.length > 0) return ranked
  const words = candidates.flatMap((candidate) =>
    textOf(candidate)
      .split(separators)
      .map((word) => ({ word, candidate })),
  )
  const suggestion = nearest(
    wanted,
    words.map(({ word }) => word),
  )
  return [...new Set(words.filter(({ word }) => word === suggestion).map(({ candidate }) => candidate))]
}

const unrelated = 3
const separators = /[\s@._<>()/-]+/

function rankOf(text: string, wanted: string): number {
  if (text.startsWith(wanted)) return 0
  if (text.split(separators).some((word) => word.startsWith(wanted))) return 1
  return text.includes(wanted) ? 2 : unrelated
}
