import { nearest } from './nearest.js'

/**
 * The choice nearest to a word, of a list that is printed in full; else the one of which alone a part begins with the word: `qa` is
 * qa_engineer, `prog` in_progress, `prio` priorityScore. Null if none is close.
 */
export function nearestChoice(word: string, choices: readonly string[]): string | null {
  const near = nearest(word, choices)
  if (near !== null) return near
  const typed = word.trim().toLowerCase()
  if (typed.length < fewestLetters) return null
  const [only, ...others] = choices.filter((choice) =>
    partsOf(choice).some((part) => part.toLowerCase().startsWith(typed)),
  )
  return others.length === 0 ? (only ?? null) : null
}

/** One letter begins too many words. */
const fewestLetters = 2

/** `in_progress` and `priorityScore` have two. */
function partsOf(choice: string): string[] {
  return choice.split(/[^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu})/u)
}
