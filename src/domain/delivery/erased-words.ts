/** What a person is called. */
export interface Called {
  logins: readonly string[]
  /** E-mail addresses. */
  emails: readonly string[]
  /** `Ada Lovelace`. */
  names: readonly string[]
}

/** Stands where a word was. */
export const erasedWord = 'erased'

/**
 * Words that name a person wherever they stand: addresses, `@login` and names of several words. A login alone, or a first name,
 * may be an ordinary word.
 */
export function distinctWords({ logins, emails, names }: Called): string[] {
  const full = names.map((name) => name.trim()).filter((name) => /\S\s+\S/.test(name))
  return [...emails, ...logins.map((login) => `@${login}`), ...full]
}

/** The words above, and logins alone: for texts in which a program puts them. */
export function allWords(called: Called): string[] {
  return [...distinctWords(called), ...called.logins]
}

/** Matches the words, whole and ignoring case; null for no words. */
export function wordsPattern(words: readonly string[]): RegExp | null {
  if (words.length === 0) return null
  const longestFirst = [...words].sort((a, b) => b.length - a.length)
  const either = longestFirst.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('|')
  return new RegExp(String.raw`(?<![\p{L}\p{N}_.+@-])(?:${either})(?![\p{L}\p{N}_@-])`, 'giu')
}
