import { shellLines } from './shell-lines.js'

/** What a user pastes into a shell: it stays in one line where that fits. */
const command = /(?:→ |(?<=[:;] )cto )\S.*$/

/** A flag, and the values for the placeholder in it: `→ --map "status.Odd=STATUS" (STATUS: pending, closed)`. */
const flagWithValues = /^(→ --.*) (\([A-Z]+: .*\))$/

const indent = '  '

/**
 * A remark in lines of at most `columns`, broken between words. A command or flag at its end has a line of its
 * own, and so has each of several; one after an arrow that is longer goes on in the next line, as a shell reads it, and the values
 * for a flag follow below it. Counts characters: what measures columns exactly takes longer to load than most commands run.
 */
export function wrapRemark(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => (line.length <= columns ? line : wrapLine(line, columns)))
    .join('\n')
}

function wrapLine(line: string, columns: number): string {
  const last = command.exec(line)
  const words = line
    .slice(0, last?.index)
    .trimEnd()
    .split(/(?<=\S) /)
  const lines = filled([...words, ...(last ? commandsOf(last[0], columns) : [])], columns)
  const end = lines.at(-1) ?? ''
  if (end.length <= columns) return lines.join('\n')
  return [...lines.slice(0, -1), ...brokenTail(end.trimStart(), columns)].join('\n')
}

/** The words in lines, of which all but the first are indented. */
function filled([first = '', ...words]: readonly string[], columns: number): string[] {
  const lines: string[] = []
  let current = first
  for (const word of words) {
    const longer = `${current} ${word}`
    if (longer.length > columns) {
      lines.push(current)
      current = indent + word
    } else current = longer
  }
  return [...lines, current]
}

function brokenTail(tail: string, columns: number): string[] {
  const room = columns - indent.length
  const [, flag, values] = flagWithValues.exec(tail) ?? []
  // Nothing follows the command that an arrow leads to, so that a backslash can break it.
  const lines = tail.startsWith('→ cto ')
    ? shellLines(tail, room)
    : flag !== undefined && values !== undefined
      ? [flag, ...filled((indent + values).split(/(?<=\S) /), room)]
      : [tail]
  return lines.map((text) => indent + text)
}

function commandsOf(text: string, columns: number): string[] {
  return indent.length + text.length > columns ? text.split(/(?<=;) (?=cto )/) : [text]
}
