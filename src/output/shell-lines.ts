const indent = '  '

/**
 * A command in lines of at most `columns`, broken with a backslash before flags and pipes, so that a shell reads it as one. Words
 * stay whole: a longer one has a line that is too long. Counts characters.
 */
export function shellLines(command: string, columns: number): string[] {
  if (command.length <= columns) return [command]
  const lines: string[] = []
  for (const part of command.split(/ (?=--?[a-z]|\| )/)) {
    const longer = lines.length === 0 ? part : `${lines.at(-1) ?? ''} ${part}`
    if (lines.length === 0) lines.push(part)
    else if (longer.length + ' \\'.length <= columns) lines[lines.length - 1] = longer
    else lines.push(indent + part)
  }
  return lines.map((text, at) => (at < lines.length - 1 ? `${text} \\` : text))
}
