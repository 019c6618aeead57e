/**
 * A text in lines of at most `columns`, broken between words; a longer word stays whole. Counts characters: for texts of our
 * own, in which none is wide.
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
