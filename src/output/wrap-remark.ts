/** What a user pastes into a shell: it must stay in one line. */
const command = /(?:→ |(?<=[:;] )cto )\S.*$/

const indent = '  '

/**
 * A remark in lines of at most `columns`, broken between words. A command or flag at its end stays whole, in a line of its
 * own. Counts characters: what measures columns exactly takes longer to load than most commands run.
 */
export function wrapRemark(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => (line.length <= columns ? line : wrapLine(line, columns)))
    .join('\n')
}

function wrapLine(line: string, columns: number): string {
  const last = command.exec(line)
  const [first = '', ...words] = line
    .slice(0, last?.index)
    .trimEnd()
    .split(/(?<=\S) /)
  const lines: string[] = []
  let current = first
  for (const word of [...words, ...(last ? [last[0]] : [])]) {
    const longer = `${current} ${word}`
    if (longer.length > columns) {
      lines.push(current)
      current = indent + word
    } else current = longer
  }
  return [...lines, current].join('\n')
}
