/* How bash splits and quotes the words of a line. */

/** The words behind `cto`, as bash splits an unfinished line; the last one may be empty. */
export function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/(?:\\.|"[^"]*"?|'[^']*'?|[^\s"'\\])+/gs)].map(([word]) => unquoted(word))
  return (/(?:^|[^\\])\s$/.test(line) ? [...words, ''] : words).slice(1)
}

export function unquoted(word: string): string {
  return word.replace(/^(["'])(.*?)\1?$/s, '$2').replace(/\\(.)/gs, '$1')
}

/**
 * A value as bash is to insert it. Bash replaces only what follows the last of its word breaks, `typed`, and runs what
 * it inserts when the line is entered: whatever is not known to be harmless is quoted.
 */
export function forBash(word: string, typed: string): (value: string) => string {
  const known = word.length - unquoted(typed).length
  const quote = typed.startsWith('"') ? inDoubleQuotes : typed.startsWith("'") ? inSingleQuotes : bare
  return (value) => quote(value.slice(known))
}

function inDoubleQuotes(text: string): string {
  return text.replace(/["$`\\]/g, '\\$&').replaceAll('!', '"\\!"')
}

function inSingleQuotes(text: string): string {
  return text.replaceAll("'", "'\\''")
}

function bare(text: string): string {
  return text.replace(/[^\p{L}\p{M}\p{N}_./:@%+=,-]/gu, '\\$&')
}
