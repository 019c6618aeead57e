import { nearest } from './nearest.js'

/**
 * The candidates that somebody may mean who has typed so much, the closest first: those that begin with it, those with a
 * word that does, those that hold it, and where there is none, the one of a slip of the finger. All where nothing is typed.
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
