/**
 * The candidate nearest to a word, for "did you mean"; null if none is close. Case is ignored;
 * a slip is a wrong, missing, extra or swapped letter, or the word cut short.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const typed = word.trim().toLowerCase()
  // No name is longer, and the time grows with both lengths.
  if (typed.length > longestName) return null
  let best: string | null = null
  let fewest = Infinity
  for (const candidate of candidates) {
    const slips = countSlips(typed, candidate.toLowerCase())
    if (slips < fewest) [best, fewest] = [candidate, slips]
  }
  // A word with as many slips as letters is another word.
  return fewest <= mostSlips(typed) && fewest < typed.length ? best : null
}

const longestName = 500

/** One slip in three letters still reads as the same word. */
export function mostSlips(typed: string): number {
  return Math.max(1, Math.floor(typed.length / 3))
}

/** `crit` is `critical` cut short; `ct` is not what stands at the beginning of `ctrezzo/hadoop`. */
const leastShare = 1 / 3

/**
 * Slips between two words in lower case. Optimal string alignment (Damerau–Levenshtein without edits inside a swap); a word
 * cut short is one slip where a third of it stands.
 */
export function countSlips(typed: string, candidate: string): number {
  const [a, b] = [Array.from(typed), Array.from(candidate)]
  const isCutShort = candidate.startsWith(typed) && a.length >= Math.max(2, b.length * leastShare)
  if (isCutShort) return Math.min(1, b.length - a.length)

  let beforeLast: number[] = []
  let last = b.map((_, j) => j).concat(b.length)
  for (const [i, letter] of a.entries()) {
    const row = [i + 1]
    for (const [j, other] of b.entries()) {
      const swapped = i > 0 && j > 0 && letter === b[j - 1] && a[i - 1] === other
      row.push(
        Math.min(
          cell(last, j + 1) + 1,
          cell(row, j) + 1,
          cell(last, j) + (letter === other ? 0 : 1),
          swapped ? cell(beforeLast, j - 1) + 1 : Infinity,
        ),
      )
    }
    ;[beforeLast, last] = [last, row]
  }
  return cell(last, b.length)
}

function cell(row: readonly number[], index: number): number {
  return row[index] ?? Infinity
}
