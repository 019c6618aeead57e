import { detached, valueKey } from '../spelling.js'
import { wholeKey } from './keys.js'

/** Maps a source's word to our value; undefined for an unknown word. */
export type Translator<Ours extends string> = (word: string) => Ours | undefined

/**
 * Combines tables of words; later ones override earlier ones, and the user's answers override all. Words are
 * compared without case, spaces, `_`, `-` and apostrophes, and also without pictures (`🔴 High`), a leading `1 - ` or `P1-`,
 * and the decimals of a whole number (`2.0`).
 */
export function translator<Ours extends string>(
  tables: readonly (Readonly<Partial<Record<Ours, readonly string[]>>> | undefined)[],
  answers: ReadonlyMap<string, Ours>,
): Translator<Ours> {
  const words = new Map<string, Ours>()
  for (const table of tables) {
    for (const [ours, theirs] of Object.entries(table ?? {}) as [Ours, readonly string[]][]) {
      for (const word of theirs) words.set(valueKey(word), ours)
    }
  }
  const translate: Translator<Ours> = (word) => {
    const key = valueKey(word)
    const found = answers.get(key) ?? words.get(key)
    if (found !== undefined) return found
    const plain = wholeKey(word.trim()).replace(pictures, '')
    const bare = valueKey(plain.replace(/^\s*[ps]?\d+\s*[-–:.]\s*(?=\D)/i, ''))
    const whole = valueKey(plain)
    return answers.get(bare) ?? words.get(bare) ?? answers.get(whole) ?? words.get(whole)
  }

  // A column has few different words. Unknown ones are not cached: an answer can make them known.
  const known = new Map<string, Ours>()
  return (word) => {
    const before = known.get(word)
    if (before !== undefined) return before
    const ours = translate(word)
    if (ours !== undefined && known.size < mostWordsKept) known.set(detached(word), ours)
    return ours
  }
}

/** Different words of a column that are cached. */
export const mostWordsKept = 1000

const pictures = /[\p{Extended_Pictographic}\ufe0f]/gu
