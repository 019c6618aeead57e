import { shellLines } from './shell-lines.js'

/** What a user pastes into a shell: it stays in one line where that fits. */
const command = /(?:→ |(?<=[:;] )cto )\S.*$/

const indent = '  '

/**
 * A remark in lines of at most `columns`, broken between words. A command or flag at its end has a line of its
 * own, and so has each of several; one after an arrow that is longer goes on in the next line, as a shell reads it. Counts characters: what
 * measures columns exactly takes longer to load than most commands run.
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
  for (const word of [...words, ...(last ? commandsOf(last[0], columns) : [])]) {
    const longer = `${current} ${word}`
    if (longer.length > columns) {
      lines.push(current)
      current = indent + word
    } else current = longer
  }
  const tail = current.trimStart()
  // Nothing follows the command that an arrow leads to, so that a backslash can break it.
  if (current.length > columns && tail.startsWith('→ cto '))
    return [...lines, ...shellLines(tail, columns - indent.length).map((text) => indent + text)].join('\n')
  return [...lines, current].join('\n')
}

function commandsOf(text: string, columns: number): string[] {
  return indent.length + text.length > columns ? text.split(/(?<=;) (?=cto )/) : [text]
}
