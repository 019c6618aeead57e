/**
 * A text in lines of at most `columns`, broken between words; a longer word stays whole. Counts characters, not columns: only
 * for texts of cto itself, which have no wide characters.
 */
export function wrapWords(text: string, columns: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= columns)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
