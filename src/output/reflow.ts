import { width, wrap } from './fit.js'

/**
 * A text written for wide screens, in lines of at most `columns`. Lines that begin with a space stand for themselves, and
 * what does not fit of them hangs below their last column; all others are paragraphs.
 */
export function reflow(text: string, columns: number): string {
  const lines: string[] = []
  let paragraph: string[] = []
  const end = () => {
    if (paragraph.length > 0) lines.push(wrap(paragraph.join(' '), columns))
    paragraph = []
  }
  for (const line of text.split('\n')) {
    if (line !== '' && !line.startsWith(' ')) paragraph.push(line)
    else {
      end()
      lines.push(hanging(line, columns))
    }
  }
  end()
  return lines.join('\n')
}

function hanging(line: string, columns: number): string {
  if (width(line) <= columns) return line
  const [, before = '', last = line] = /^( *(?:\S.*? {2,})?)(\S.*)$/.exec(line) ?? []
  const indent = width(before)
  const room = columns - indent
  if (room < columns / 3) return line
  return before + wrap(last, room).replaceAll('\n', `\n${' '.repeat(indent)}`)
}
